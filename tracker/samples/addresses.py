"""Which loopback address each sample outlet lives at: one each, so that politeness is real."""

CONTROL = "127.77.0.1"  # no outlet; answers /__night and lists the outlets
PORT = 8790

# The order is the address: append, never reorder, or stored articles change hands.
OUTLETS = (
    "harbour-wire",
    "meridian-business",
    "lakeshore-ledger",
    "st-lawrence-courier",
    "quotidien-du-fleuve",
    "depeche-des-rapides",
    "salish-herald",
    "prairie-sentinel",
    "fengqiao-daily",
    "hudson-examiner",
    "rideau-dispatch",
    "alder-creek-gazette",
)
_FIRST = 11


def host_of(slug: str) -> str:
    """The IP address of an outlet; KeyError when there is no such outlet."""
    if slug not in OUTLETS:
        raise KeyError(slug)
    return f"127.77.0.{_FIRST + OUTLETS.index(slug)}"


def address_of(slug: str, port: int = PORT) -> str:
    """The root URL of an outlet, without a trailing slash."""
    return f"http://{host_of(slug)}:{port}"


def outlet_at(host: str) -> str | None:
    """The outlet that lives at an IP address, if any."""
    return next((slug for slug in OUTLETS if host_of(slug) == host), None)
