"""From an address to a stored version, one module per step.

    subscribe, opml           a feed becomes known
          |
    lease, waiting            ready jobs, one of each host at a time, for one worker
          |
    destination, fetch        may we go there, and what came back   <- the only open socket
          |   transport, body, contentcoding, redirects, bounds: its values, bytes, hops, limits
          |   robots, permission: may this page be asked for
          |
    feedparse                 bytes -> items            extract   bytes -> text
          |   dates, identify: when it was published, and whether we have it already
          |
    decide, health            what the outcome means, and when to come back
          |
    raw, store                the bytes under their hash, then the rows in one transaction
          |
    copies                    which articles carry the same text
          |
    stages, reading           the four stages: what is loaded, done and written in each
          |   abreast, batch: requests side by side; many results by few statements
          |
    paste, handin, pdf        what people bring: an address, a text, a PDF read in a child process
          |
    run, runs                 claim -> load -> do -> write, and what a night amounted to
          |   heap: what of its memory a worker keeps

Everything between `fetch` and `store` takes values and returns values.
"""
