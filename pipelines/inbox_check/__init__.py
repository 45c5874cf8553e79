"""Inbox check: what would happen to workbooks, without storing anything.

Here: the judgement of given files (``pipelines.inbox_check.check``), the verdicts they would lead to
(``pipelines.inbox_check.preview``), the JSON that tells both (``pipelines.inbox_check.report``). Not here: printing
(``assets.cli``).
"""
