"""Vocabulary: the closed lists of the contract, by the spelling that is stored.

Belongs here: names for values that code must tell apart. Does not: their Kazakh and English spellings
(``pipelines/layouts/vocabulary.yaml``) or what the law attaches to them (``pipelines/statute``).
"""

from enum import StrEnum


class Sector(StrEnum):
    """What is extracted; decides the chapter of the Subsoil Code."""

    HYDROCARBONS = "Углеводороды"
    URANIUM = "Уран"
    SOLID_MINERALS = "ТПИ"
    COMMON_MINERALS = "ОПИ"
    GROUNDWATER = "Подземные воды"
    MEDICINAL_MUD = "Лечебные грязи"
    UNDERGROUND_STRUCTURES = "Подземные сооружения"


class Operation(StrEnum):
    """Kind of subsoil use."""

    EXPLORATION = "Разведка"
    PRODUCTION = "Добыча"
    EXPLORATION_AND_PRODUCTION = "Разведка и добыча"


class UnitKind(StrEnum):
    """The document a unit of obligation rests on."""

    CONTRACT = "контракт"
    LICENCE = "лицензия"


class BaseKind(StrEnum):
    """What the 1% is taken of."""

    INCOME = "СГД"
    PRODUCTION_COSTS = "Затраты на добычу"


class WorkKind(StrEnum):
    """Kind of financed work."""

    RESEARCH = "НИР"
    SCIENTIFIC_TECHNICAL = "НТР"
    EXPERIMENTAL_DESIGN = "ОКР"
    DIGITALISATION = "Цифровизация"


class EntryKind(StrEnum):
    """A line is money out or money back."""

    PAYMENT = "оплата"
    REFUND = "возврат"


class DecisionKind(StrEnum):
    """What the authority decided."""

    ACCEPT = "принять"
    REJECT = "отклонить"
    NOTICE = "уведомление"
    EXTENSION = "отсрочка"


class Regime(StrEnum):
    """Set of rules a unit is under."""

    INCOME = "INCOME"
    COST_HC = "COST_HC"
    COST_U = "COST_U"
    COST_TPI = "COST_TPI"
    NONE = "NONE"


class Bucket(StrEnum):
    """Where the money of a financing line ends; every line is in exactly one."""

    RECOGNISED = "recognised"
    CURE = "cure"
    DISALLOWED = "disallowed"
    SET_ASIDE = "set_aside"


class DecisionEffect(StrEnum):
    """What became of a decision of the authority."""

    APPLIED = "applied"
    OVERRULED = "overruled"
    LAPSED = "lapsed"
    SET_ASIDE = "set_aside"
    WAITING = "waiting"


class Status(StrEnum):
    """Verdict on a unit or a user in a reporting year."""

    EXEMPT = "EXEMPT"
    NOT_YET_OBLIGED = "NOT_YET_OBLIGED"
    PENDING = "PENDING"
    NOT_REPORTED = "NOT_REPORTED"
    UNDETERMINED = "UNDETERMINED"
    MET = "MET"
    PARTIAL = "PARTIAL"
    BREACH = "BREACH"


class FilingStatus(StrEnum):
    """What became of a received workbook."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"
    DUPLICATE = "duplicate"


class Severity(StrEnum):
    """What a finding does to what it names."""

    REJECT = "reject"
    SET_ASIDE = "set_aside"
    WARN = "warn"
    NOTE = "note"


class Language(StrEnum):
    """A language in which people are spoken to."""

    RU = "ru"
    KK = "kk"
    EN = "en"
