"""A web on loopback that misbehaves on order, for tests of whatever fetches.

    from tests.web import Answer, Web

    with Web() as web:
        web.page("/feed.xml", b"<rss/>", headers={"Content-Type": "application/rss+xml"}, etag='"1"')
        web.redirect("/old", "/feed.xml")
        web.route("/slow", lambda call: call.drip(b"x", every=0.5))
        fetch(web.url("/feed.xml"), Limits(allow_networks=("127.0.0.0/8",)))
        assert web.paths() == ["/feed.xml"]

Names under .localhost (`web.url("/", host="ledger.localhost")`) lead to it too, so that one server
plays many outlets. A test module that says `pytest_plugins = ["tests.web.fixtures"]` has a running
one as its fixture `web`.
"""

from tests.web.server import Answer, Call, Seen, Web

__all__ = ["Answer", "Call", "Seen", "Web"]
