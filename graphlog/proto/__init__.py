"""Protocol buffers: modules generated from ``protos/`` by ``make protos``. Nothing else is in here."""
