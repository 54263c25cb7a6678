package org.p2pvpn.overlay.node;

import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.noise.NetworkKey;
import org.p2pvpn.overlay.circuit.RelayLimits;

/**
 * Everything a node needs to know to start, after flags, environment, file and defaults were put
 * together.
 *
 * @param name how the node calls itself to its peers
 * @param listenPort UDP, 0 lets the kernel choose
 * @param statePath identity, known peers, host journal; mode 0700
 * @param socketPath of the admin socket
 * @param interfaceName of the TUN device, at most 15 characters
 * @param underlayMtuBytes of the link below, 1500 unless told
 * @param shards event loops, each with a TUN queue and a socket; 0 lets the node choose
 * @param transport {@code epoll} or {@code io_uring}
 * @param suite {@code auto}, {@code aesgcm} or {@code chachapoly}
 * @param peers address lines ({@code p2pvpn://...}) with the operator's names for them
 * @param exit the peer, or the country of any exit, all of the host's traffic leaves by, or null
 * @param exitHops how many nodes that traffic passes, the exit among them; 1 to 5
 * @param exitPreset what a path is chosen for: {@code fast}, {@code balanced}, {@code private} or
 *     {@code bulk}
 * @param exitRotate how long a path's relays are used; zero for as long as they last
 * @param exitRoutes only these destinations go by the exit, and there is no kill switch; empty
 *     sends everything
 * @param allowLan whether the kill switch leaves the host's own links reachable
 * @param dns resolvers to use through the tunnel instead of the exit's; empty takes the exit's
 * @param routes what leaves by another exit than the rest, in the order of the file
 * @param serveExit present when this node is an exit for others
 * @param relay how much of others' circuits may pass here, or null for nothing
 * @param country what others are told of where this node is, two capital letters, or empty
 * @param countryFile what countries others are in, as the operator has it (.mmdb), or null
 * @param operator who runs it, or empty; nodes of one operator are never in one path
 * @param network whom it speaks with at all
 * @param resolver how peers' names are looked up on this host
 * @param names the operator's own, of node ids
 * @param lan what this node does on the links of its host
 */
public record NodeConfig(
    String name,
    int listenPort,
    Path statePath,
    Path socketPath,
    String interfaceName,
    int underlayMtuBytes,
    int shards,
    String transport,
    String suite,
    List<Peer> peers,
    @Nullable String exit,
    int exitHops,
    String exitPreset,
    Duration exitRotate,
    List<String> exitRoutes,
    boolean allowLan,
    List<String> dns,
    List<Route> routes,
    @Nullable ServeExit serveExit,
    @Nullable RelayLimits relay,
    String country,
    @Nullable Path countryFile,
    String operator,
    Network network,
    Resolver resolver,
    Map<String, String> names,
    Lan lan,
    Duration connectTimeout) {

  /** Whether this node uses an exit, for everything or for what rules cover. */
  public boolean usesExit() {
    return exit != null || !routes.isEmpty();
  }

  /** Whether all of the host's traffic is to leave by the exit, and none beside it. */
  public boolean routesWholeHost() {
    return exit != null && exitRoutes.isEmpty();
  }

  /**
   * Whether the answers of a service of this host to this address would leave by an exit.
   *
   * @param client an address, or empty for any
   */
  public boolean divertsAnswersTo(String client) {
    return exit != null || routes.stream().anyMatch(route -> route.coversAnswersTo(client));
  }

  /**
   * The network: everybody's, or a private one.
   *
   * @param key null when the config has none; an invite or the state folder may
   * @param make whether to make one when there is none
   * @param puzzleBits what a node's key must have cost in this network, see {@code WorkPuzzle};
   *     null when the config does not say
   */
  public record Network(@Nullable NetworkKey key, boolean make, @Nullable Integer puzzleBits) {}

  /**
   * The server of peers' names.
   *
   * @param enabled whether there is one
   * @param changeHost whether the host's programs are made to ask it
   */
  public record Resolver(boolean enabled, boolean changeHost) {}

  /**
   * Beacons to and from the host's own links.
   *
   * @param enabled whether peers are found there
   * @param join whether strangers on them may know this node, and join it
   */
  public record Lan(boolean enabled, boolean join) {}

  /** A peer known before the start; {@code address} is the line an invite prints. */
  public record Peer(@Nullable String name, String address) {}

  /**
   * What an exit offers.
   *
   * @param dns the resolver clients are given; empty takes the host's own
   * @param allow prefixes that clients may reach although the built-in list denies them
   * @param deny extra prefixes that clients may not reach
   * @param denyPorts TCP and UDP ports that clients may not reach
   */
  public record ServeExit(
      List<String> dns, List<String> allow, List<String> deny, List<Integer> denyPorts) {}

  /**
   * A rule and the way of what it covers.
   *
   * @param key of the table, as {@code route[0]}
   * @param name for people, or empty
   * @param match all that must hold, for people
   * @param to prefixes of destinations, any of them; empty for all
   * @param uid of who opened the socket, or -1
   * @param cgroup below the root of cgroup v2, with a slash in front, or empty
   * @param mark of the socket, or -1
   * @param exit a peer, or a country's two capital letters
   * @param hops as {@code exitHops}
   * @param preset as {@code exitPreset}
   * @param minimumTrust that every hop must have, 0 to 1
   */
  public record Route(
      String key,
      String name,
      String match,
      List<String> to,
      long uid,
      String cgroup,
      long mark,
      String exit,
      int hops,
      String preset,
      double minimumTrust) {
    private static final long ROOT = 0;

    /** Services hold their sockets as root, and in cgroups and with marks of their own. */
    private boolean coversAnswersTo(String client) {
      boolean everybody = uid <= ROOT && cgroup.isEmpty() && mark < 0;
      IPAddress address = new IPAddressString(client).getAddress();
      return everybody
          && (client.isEmpty()
              || address == null
              || to.isEmpty()
              || to.stream()
                  .anyMatch(prefix -> new IPAddressString(prefix).getAddress().contains(address)));
    }
  }
}
