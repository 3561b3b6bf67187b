"""What people can do, each one function: a typed request in, a typed result out, one transaction.

A door (command, button, form) parses what it was sent into the request, calls the function with the unit of
work and the actor, and shows the result. Every function raises what `UnitOfWork.changing` does, besides what
it names itself.
"""
