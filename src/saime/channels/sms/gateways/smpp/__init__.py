"""SMPP 3.4 direct to an operator's SMS centre, in a process of its own: `saime sms smpp`."""
