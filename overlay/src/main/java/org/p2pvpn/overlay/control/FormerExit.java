package org.p2pvpn.overlay.control;

import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * An exit that new connections no longer take, as {@code p2pvpn status} prints it.
 *
 * @param leftSecondsAgo when the next one had its turn
 */
public record FormerExit(
    String exitName, String exitNode, long leftSecondsAgo, List<String> leaseAddresses) {

  static FormerExit of(ExitUse use) {
    ExitLink link = use.link();
    return new FormerExit(
        link == null ? "" : link.peer.name,
        link == null ? "" : link.peer.id.toString(),
        TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - use.sinceNanos()),
        link == null ? List.of() : link.leaseTexts());
  }
}
