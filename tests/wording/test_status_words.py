"""The words for statuses: all of them, in three languages, those nobody can judge first."""

import re

import pytest

from pipelines.wording.status_words import status_words
from schemas.vocabulary import Status


def test_every_status_has_words_and_what_nobody_can_judge_stands_first():
    told = [words.status for words in status_words()]
    assert sorted(told) == sorted(Status)
    assert told[:2] == [Status.NOT_REPORTED, Status.UNDETERMINED]


@pytest.mark.parametrize("words", status_words(), ids=lambda words: words.status)
def test_each_part_is_told_in_the_language_it_says(words):
    for part in (words.name, words.when, words.next):
        assert re.search("[а-я]", part.ru)
        assert re.search("[а-яәғқңөұүһі]", part.kk)
        assert part.ru != part.kk
        assert not re.search("[а-яё]", part.en, re.IGNORECASE)
