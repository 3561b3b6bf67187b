"""The timeline as a picture: laid out as plain shapes, then drawn as PNG or SVG."""
