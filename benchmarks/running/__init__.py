"""The programs of ``running.py``, once for each library: functions that prepare a run and return it."""
