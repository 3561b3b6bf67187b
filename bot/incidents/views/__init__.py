"""What can be shown of an incident: frozen readings of the record, the same for every door.

Texts are Slack text as it was recorded; whoever shows them makes them inert. Every function raises what
`UnitOfWork.incident` does: who may not see an incident gets no view of it.
"""
