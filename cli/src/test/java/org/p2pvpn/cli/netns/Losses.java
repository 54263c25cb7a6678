package org.p2pvpn.cli.netns;

import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Where packets may have gone that did not arrive. */
final class Losses {
  private Losses() {}

  /** The daemon's drops and handshakes, the links of its host, and the sockets there. */
  static String of(Namespace host, Daemon daemon) {
    String counters =
        daemon.status().path("counters").properties().stream()
            .filter(counter -> counter.getValue().asLong() != 0 && isTold(counter))
            .map(counter -> counter.getKey() + " " + counter.getValue())
            .collect(Collectors.joining(", "));
    return host.label() + ": " + counters + "\n" + of(host);
  }

  /** Column 4 and 12 of a link are its drops; RcvbufErrors those of full sockets. */
  static String of(Namespace host) {
    return host.sh("cat /proc/net/dev; grep Udp: /proc/net/snmp");
  }

  private static boolean isTold(Map.Entry<String, JsonNode> counter) {
    return counter.getKey().startsWith("drop_") || counter.getKey().startsWith("handshake");
  }
}
