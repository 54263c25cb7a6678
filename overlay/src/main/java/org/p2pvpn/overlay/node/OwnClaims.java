package org.p2pvpn.overlay.node;

import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.p2pvpn.noise.HandshakeWire;
import org.p2pvpn.noise.Suite;
import org.p2pvpn.overlay.circuit.RelayLimits;
import org.p2pvpn.overlay.discovery.advert.Capacity;
import org.p2pvpn.overlay.discovery.advert.Claims;
import org.p2pvpn.overlay.discovery.advert.ExitSummary;
import org.p2pvpn.overlay.discovery.advert.Place;
import org.p2pvpn.overlay.discovery.advert.Protocols;
import org.p2pvpn.overlay.discovery.advert.Role;
import org.p2pvpn.overlay.exit.ExitPolicy;

/** What this node says of itself: who serves others is found by them, who does not says nothing. */
final class OwnClaims {
  private final NodeConfig config;
  private final boolean carriesIpv6;
  private final Supplier<List<InetSocketAddress>> places;
  private final DoubleSupplier load;
  private final Supplier<List<InetSocketAddress>> observed;
  private final long upSinceSeconds = TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());

  /**
   * What it takes to say it.
   *
   * @param carriesIpv6 to the internet, as an exit
   * @param places where this host is; asked once a second, on the control thread
   * @param load of what we are ready to give, 0 to 1
   * @param observed where peers see us, when that is none of our own addresses; two at most
   */
  OwnClaims(
      NodeConfig config,
      boolean carriesIpv6,
      Supplier<List<InetSocketAddress>> places,
      DoubleSupplier load,
      Supplier<List<InetSocketAddress>> observed) {
    this.config = config;
    this.carriesIpv6 = carriesIpv6;
    this.places = places;
    this.load = load;
    this.observed = observed;
  }

  Claims now() {
    Set<Role> roles = EnumSet.noneOf(Role.class);
    RelayLimits relay = config.relay();
    if (relay != null) {
      roles.add(Role.RELAY);
    }
    NodeConfig.ServeExit serve = config.serveExit();
    if (serve != null) {
      roles.add(Role.EXIT);
    }
    return new Claims(
        endpoints(),
        roles,
        new Place(config.country(), "", "", 0),
        new Capacity(
            relay == null ? 0 : relay.bitsPerSecond() / 1000,
            upSinceSeconds,
            (int) Math.round(100 * load.getAsDouble())),
        new Protocols(
            List.of(HandshakeWire.VERSION),
            Stream.of(Suite.values()).map(suite -> (int) suite.wireByte()).toList(),
            "p2pvpn " + Version.TEXT),
        serve == null ? null : exit(serve),
        null,
        config.operator(),
        0);
  }

  private List<InetSocketAddress> endpoints() {
    return Stream.concat(places.get().stream(), observed.get().stream()).toList();
  }

  private ExitSummary exit(NodeConfig.ServeExit serve) {
    List<ExitSummary.PortRange> denied =
        Stream.concat(ExitPolicy.closedPorts().stream(), serve.denyPorts().stream())
            .distinct()
            .sorted()
            .limit(PORTS_SAID_MAX)
            .map(port -> new ExitSummary.PortRange(port, port))
            .toList();
    return new ExitSummary(true, carriesIpv6, denied, List.of());
  }

  /** An advert has its limits; the exit's own rules decide anyway. */
  private static final int PORTS_SAID_MAX = 16;
}
