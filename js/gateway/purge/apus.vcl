# Varnish in front of a gateway: keeps what the gateway allows, and forgets it by name.
# Set the backend's address, and who may purge.
vcl 4.1;

import std;
import xkey;

backend default {
    .host = "127.0.0.1";
    .port = "8787";
}

acl purgers {
    "localhost";
}

sub vcl_recv {
    if (req.method == "PURGE" || req.method == "BAN") {
        if (client.ip !~ purgers) {
            return (synth(403));
        }
        if (req.method == "BAN") {
            ban("obj.status != 0");
            return (synth(200));
        }
        set req.http.n = xkey.purge(req.http.apus-purge);
        return (synth(200, req.http.n));
    }
    # A client that has seen a newer version asks the gateway.
    if (req.http.cache-control ~ "no-cache") {
        set req.hash_always_miss = true;
    }
}

sub vcl_backend_response {
    # The gateway says how long, in s-maxage.
    if (beresp.http.cache-control ~ "(no-store|private)") {
        set beresp.uncacheable = true;
        set beresp.ttl = 0s;
    }
    if (beresp.http.cache-control ~ "stale-while-revalidate=") {
        set beresp.grace = std.duration(
            regsub(beresp.http.cache-control, ".*stale-while-revalidate=(\d+).*", "\1s"), 0s);
    } else {
        set beresp.grace = 0s;
    }
}

sub vcl_deliver {
    if (obj.hits > 0) {
        set resp.http.cache-status = "varnish; hit, " + resp.http.cache-status;
    }
    unset resp.http.xkey;
    unset resp.http.surrogate-key;
    unset resp.http.cache-tag;
}
