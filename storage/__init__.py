"""Where the record lives: tables, transactions, the recorder and the outbox."""
