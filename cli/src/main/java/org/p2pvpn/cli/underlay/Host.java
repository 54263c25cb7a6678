package org.p2pvpn.cli.underlay;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One host of the emulated internet as the emulation sees it. Owned by its {@link Underlay}. */
final class Host {
  final String name;

  /** By the other host's index; null until the first packet. */
  final List<@Nullable Link> links = new ArrayList<>();

  final int index;

  /** What never came to a link, e.g. for lack of a route. */
  final Map<Verdict, Long> unrouted = new EnumMap<>(Verdict.class);

  /** Outside, as all others see it. */
  List<Address> addresses = List.of();

  @Nullable Nat nat;
  boolean blackholed;

  Host(String name, int index) {
    this.name = name;
    this.index = index;
  }

  @Override
  public String toString() {
    return name;
  }
}
