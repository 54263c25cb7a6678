package org.p2pvpn.overlay.host;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One change to the machine, as data: it says what it runs and how that is taken back, and runs
 * nothing itself.
 *
 * <p>Everything here is an `add`, never a `replace`: what somebody else put there first is a
 * conflict to report, not a thing to overwrite and later delete.
 */
public sealed interface HostChange {
  /**
   * Marks our routes and rules (`p`, in the range iproute2 leaves to users), so that taking back
   * never hits an equal entry of somebody else's.
   */
  int ROUTE_PROTOCOL = 112;

  /** The commands as an operator would type them, for `--dry-run`. */
  List<String> commands();

  /** The commands that take it back; a previous value is known only once it was made. */
  List<String> undoCommands();

  /** A change made by one line of `ip -batch -`; consecutive ones share one process. */
  sealed interface IpChange extends HostChange {
    String ipLine();

    String undoIpLine();

    /** Rules of IPv6 need `ip -6`; everything else shows its family in its own words. */
    default boolean needsIpv6Option() {
      return false;
    }

    @Override
    default List<String> commands() {
      return List.of((needsIpv6Option() ? "ip -6 " : "ip ") + ipLine());
    }

    @Override
    default List<String> undoCommands() {
      return List.of((needsIpv6Option() ? "ip -6 " : "ip ") + undoIpLine());
    }
  }

  /**
   * MTU, queue and state of a link that exists.
   *
   * @param queuePackets transmit queue length, 0 leaves it
   * @param addressMode {@code none} keeps the kernel from making a fe80:: address, which on a TUN
   *     would only send router solicitations into the overlay; else the kernel's word for it
   */
  record LinkSettings(String link, int mtuBytes, int queuePackets, String addressMode, boolean up)
      implements IpChange {
    @Override
    public String ipLine() {
      return "link set dev "
          + link
          + " addrgenmode "
          + addressMode
          + " mtu "
          + mtuBytes
          + (queuePackets == 0 ? "" : " txqueuelen " + queuePackets)
          + (up ? " up" : " down");
    }

    @Override
    public String undoIpLine() {
      return "link set dev " + link + " down";
    }
  }

  /** An address of our own, always a single host: prefixes are separate routes. */
  record Address(String link, String address) implements IpChange {
    @Override
    public String ipLine() {
      return "addr add " + words();
    }

    @Override
    public String undoIpLine() {
      return "addr del "
          + (address.contains(":") ? address + "/128" : address + "/32")
          + " dev "
          + link;
    }

    /** Without duplicate detection: it is ours by its hash, and a route's source must not wait. */
    private String words() {
      return address.contains(":")
          ? address + "/128 dev " + link + " nodad"
          : address + "/32 dev " + link;
    }
  }

  /**
   * A route.
   *
   * @param destination a prefix; the default is spelled `0.0.0.0/0` or `::/0`, which names its
   *     family
   * @param link empty makes the destination unreachable
   * @param source the address our packets there start from, or empty
   * @param table {@code 254} is the main table
   * @param metric 0 leaves it to the kernel
   */
  record Route(String destination, String link, String source, int table, int metric)
      implements IpChange {
    @Override
    public String ipLine() {
      return "route add " + words();
    }

    @Override
    public String undoIpLine() {
      // An IPv6 route is deleted by its metric, whatever its source: another one may stand beside.
      boolean unsaid = metric == 0 && destination.contains(":");
      return "route del " + words() + (unsaid ? " metric " + IPV6_METRIC : "");
    }

    private String words() {
      return (link.isEmpty() ? "unreachable " + destination : destination + " dev " + link)
          + (table == MAIN_TABLE ? "" : " table " + table)
          + (source.isEmpty() ? "" : " src " + source)
          + (metric == 0 ? "" : " metric " + metric)
          + " proto "
          + ROUTE_PROTOCOL;
    }
  }

  /** What the kernel gives a route without one: IP6_RT_PRIO_USER of linux/ipv6_route.h. */
  int IPV6_METRIC = 1024;

  /** The kernel's main routing table, RT_TABLE_MAIN of linux/rtnetlink.h. */
  int MAIN_TABLE = 254;

  /** A policy rule; {@code selector} holds the match and the action in ip's own words. */
  record Rule(boolean ipv6, int priority, String selector) implements IpChange {
    @Override
    public String ipLine() {
      return "rule add " + words();
    }

    @Override
    public String undoIpLine() {
      return "rule del " + words();
    }

    @Override
    public boolean needsIpv6Option() {
      return ipv6;
    }

    private String words() {
      return selector + " priority " + priority + " protocol " + ROUTE_PROTOCOL;
    }
  }

  /**
   * A whole nft table of ours, replaced in one transaction: at no moment is half of it in force.
   *
   * @param family {@code inet} or {@code arp}
   * @param body what stands between the table's braces
   */
  record NftTable(String family, String name, String body) implements HostChange {
    /** `add` first, so that `delete` cannot fail on a table that is not there. */
    public String script() {
      return removal() + "table " + family + " " + name + " {\n" + body + "}\n";
    }

    public String removal() {
      return "add table %1$s %2$s\ndelete table %1$s %2$s\n".formatted(family, name);
    }

    @Override
    public List<String> commands() {
      return List.of("nft -f - <<'EOF'\n" + script() + "EOF");
    }

    @Override
    public List<String> undoCommands() {
      return List.of("nft delete table " + family + " " + name);
    }
  }

  /** A kernel setting; {@code path} is below /proc/sys. */
  record Sysctl(String path, String value) implements HostChange {
    @Override
    public List<String> commands() {
      return List.of("sysctl -w " + path.replace('/', '.') + "=" + value);
    }

    @Override
    public List<String> undoCommands() {
      return List.of("sysctl -w " + path.replace('/', '.') + "=<previous value>");
    }
  }

  /**
   * The host's resolvers.
   *
   * @param bySystemdResolved told to resolved for the link; else {@code file} is swapped
   * @param rest what stays of the file behind our servers, or empty: then ours are for peers' names
   *     and hand on everything else; null lets our servers be asked for everything
   */
  record Resolver(
      String link,
      List<String> nameservers,
      Path file,
      boolean bySystemdResolved,
      @Nullable String rest)
      implements HostChange {
    /** For all names. */
    public Resolver(String link, List<String> nameservers, Path file, boolean bySystemdResolved) {
      this(link, nameservers, file, bySystemdResolved, null);
    }

    public Resolver {
      nameservers = List.copyOf(nameservers);
    }

    /** Peers' names, and their addresses asked for the other way: fd70::/16 and 240.0.0.0/5. */
    private static final String PEERS_DOMAINS =
        " ~p2p ~0.7.d.f.ip6.arpa ~240.in-addr.arpa ~241.in-addr.arpa ~242.in-addr.arpa"
            + " ~243.in-addr.arpa ~244.in-addr.arpa ~245.in-addr.arpa ~246.in-addr.arpa"
            + " ~247.in-addr.arpa";

    /** What the file holds while it is ours; also how we know it again. */
    String content() {
      StringBuilder text = new StringBuilder();
      text.append(
          rest == null
              ? "# p2pvpn: names go through the tunnel; `p2pvpn down` puts the old file back\n"
              : "# p2pvpn: the first server knows peers' names; `p2pvpn down` takes it away\n");
      nameservers.forEach(server -> text.append("nameserver ").append(server).append('\n'));
      return text.append(rest == null ? "" : rest).toString();
    }

    @Override
    public List<String> commands() {
      return bySystemdResolved
          ? List.of(
              "resolvectl dns " + link + " " + String.join(" ", nameservers),
              "resolvectl domain " + link + (rest == null ? " ~." : PEERS_DOMAINS),
              "resolvectl default-route " + link + (rest == null ? " yes" : " no"))
          : List.of("cat > " + file + " <<'EOF'\n" + content() + "EOF");
    }

    @Override
    public List<String> undoCommands() {
      return List.of(
          bySystemdResolved ? "resolvectl revert " + link : "cp <previous file> " + file);
    }
  }
}
