package org.p2pvpn.cli.netns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.p2pvpn.cli.underlay.AddressPlan;
import org.p2pvpn.cli.underlay.LinkShape;

/**
 * Everything that a day brings, in two minutes, and every packet that leaves the host meanwhile.
 * {@code -Dp2pvpn.it.dayseconds=86400} for a day that has as many.
 */
@DisplayName(
    "in a whole day a host talks to its network, its resolver and the link, and to nobody else")
class DayIT {
  private static final int IDLE_SECONDS = Shell.number("dayseconds", 5);
  private static final int NEW_PREFIX = 77;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** {@code TIME LINK Out IP 203.0.1.2.28790 > 203.0.2.2.28790: UDP}, as tcpdump prints it. */
  private static final Pattern PACKET =
      Pattern.compile(
          "^\\S+ \\S+\\s+Out IP6? \\S+ > ([0-9]+[.][0-9]+[.][0-9]+[.][0-9]+|[0-9a-f:]+)(?:[.]([0-9]+))?: (.*)");

  /** A host that joins a group says so, and looks for its neighbours: the kernel's own words. */
  private static final Set<String> OF_THE_KERNEL =
      Set.of("224.0.0.22", "ff02::16", "ff02::1", "ff02::2");

  private static final Set<String> GROUP = Set.of("239.255.112.118", "ff12::7032:7076");

  private final Village village = Village.open(31);
  private final Set<InetAddress> peers = new HashSet<>();
  private Namespace alice;
  private Path capture;
  private String site = "";
  private String resolver = "";

  DayIT() {
    Shell.needs("tcpdump", "dig", "dnsmasq", "curl");
    alice = village.host("alice", 30);
    capture = alice.folder().resolve("day.txt");
  }

  @AfterEach
  void removeAll() {
    village.close();
  }

  @Test
  void nobodyElseHears() throws IOException {
    village.internet().defaultLink(LinkShape.of(Duration.ofMillis(10), 0));
    new Services(village.host("site", 200)).web(80);
    site = village.address("site", Family.IPV4);
    new Services(village.host("resolver", 201)).dns();
    resolver = village.address("resolver", Family.IPV4);
    startOthers();
    plugIntoALan();
    Files.writeString(alice.resolvConf(), "nameserver " + resolver + "\n");
    alice.start(
        capture, "tcpdump", "-n", "-l", "--immediate-mode", "-i", "any", "-Q", "out", "ip or ip6");
    Shell.waitFor("the capture sees a stranger", () -> pingsTheSite() && !strangers().isEmpty());
    long before = Files.size(capture);

    inTheMorningAPeerAmongPeers();
    untilTheEveningByAnExit();
    Shell.pause(1000L * IDLE_SECONDS);
    village.daemon("alice").down();

    List<String> lines = lines(before);
    Map<String, Integer> seen = new HashMap<>();
    lines.forEach(line -> seen.merge(whom(line), 1, Integer::sum));
    System.out.println("DayIT: packets by whom they were for: " + seen);
    assertThat(lines).filteredOn(line -> whom(line).equals("stranger")).isEmpty();
    assertThat(seen).doesNotContainKey("unreadable");
    assertThat(seen).containsKeys("peer", "resolver", "group");
  }

  private void startOthers() {
    village.start(NodeSpec.peer("first", 1));
    village.start(
        NodeSpec.peer("r0", 2).knowing("first"),
        NodeSpec.peer("r1", 3).knowing("first"),
        NodeSpec.peer("r2", 4).knowing("first"),
        NodeSpec.exit("swede", 20).config("country = \"SE\"\n").knowing("first"),
        NodeSpec.exit("other", 21).config("country = \"SE\"\n").knowing("first"));
    for (String name : List.of("first", "r0", "r1", "r2", "swede", "other")) {
      for (Family family : Family.values()) {
        peers.add(InetAddress.ofLiteral(village.address(name, family)));
      }
    }
  }

  /** A link of her own with nobody on it, since the emulated internet has no multicast. */
  private void plugIntoALan() {
    alice.sh(
        """
        ip link add lan0 type veth peer name lan1
        ip addr add 192.168.44.2/24 dev lan0
        ip link set lan0 up; ip link set lan1 up
        """);
  }

  private boolean pingsTheSite() {
    return alice.trySh("ping -c 1 -W 1 " + site).status() == 0;
  }

  /** Joins, is told of others, asks for names and nodes, moves, and loses who invited her. */
  private void inTheMorningAPeerAmongPeers() {
    village.start(
        NodeSpec.peer("alice", 30).config("[resolver]\nenabled = true\n").knowing("first"));
    Daemon daemon = village.daemon("alice");
    Shell.waitFor(
        "she knows the others",
        PATIENCE,
        () -> daemon.status().path("peers").size() >= 4,
        daemon::log);
    Daemon.cli(alice, "netcheck");
    Daemon.cli(alice, "peers", "find", "SE");
    Shell.waitFor(
        "a name of the world by her resolver",
        () -> alice.sh("dig +time=2 +tries=1 +short A www.test").contains(Topology.SITE4));
    Daemon.cli(alice, "ping", "first");
    village.move("alice", new AddressPlan(NEW_PREFIX, 0));
    Shell.waitFor(
        "peers follow her",
        PATIENCE,
        () -> Daemon.cli(alice, "ping", "first").status() == 0,
        daemon::log);
    village.daemon("first").kill();
    Daemon.cli(alice, "peers", "find", "SE");
    daemon.down();
  }

  /** Everything by an exit that changes, by relays of which one dies, and asleep for a while. */
  private void untilTheEveningByAnExit() {
    village.start(
        NodeSpec.client("alice", 30, "SE")
            .words("up", "--exit", "SE", "--hops", "2", "--rotate", "10s")
            .knowing("r0"));
    Daemon daemon = village.daemon("alice");
    useTheExit();
    Daemon.cli(alice, "circuit", "new");
    useTheExit();
    village.daemon("r1").kill();
    useTheExit();
    Shell.must("kill -STOP " + daemon.pid());
    Shell.pause(3000);
    Shell.must("kill -CONT " + daemon.pid());
    useTheExit();
    village.daemon("swede").down();
    useTheExit();
    daemon.kill();
    pingsTheSite(); // the kill switch stands
    village
        .launch(
            NodeSpec.client("alice", 30, "SE")
                .words("up", "--exit", "SE", "--hops", "2")
                .knowing("r0"))
        .awaitUp();
    useTheExit();
  }

  private void useTheExit() {
    Shell.waitFor(
        "the site's answer",
        PATIENCE,
        () -> alice.trySh("curl -sS -m 2 http://" + site + "/hello").text().contains("hello"),
        () -> village.daemon("alice").log());
  }

  private List<String> strangers() {
    try {
      return lines(0).stream().filter(line -> whom(line).equals("stranger")).toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  /** What left by a real link, from this byte of the capture on. */
  private List<String> lines(long from) throws IOException {
    byte[] all = Files.readAllBytes(capture);
    return new String(all, (int) from, all.length - (int) from, StandardCharsets.US_ASCII)
        .lines()
        .filter(line -> line.contains(" eth0 ") || line.contains(" lan0 "))
        .toList();
  }

  private String whom(String line) {
    Matcher packet = PACKET.matcher(line);
    if (!packet.matches()) {
      return "unreadable";
    }
    String to = packet.group(1);
    String port = String.valueOf(packet.group(2));
    if (OF_THE_KERNEL.contains(to) || packet.group(3).startsWith("ICMP6, neighbor")) {
      return "the kernel's own";
    }
    if (GROUP.contains(to) && port.equals("28791")) {
      return "group";
    }
    if (to.equals(resolver) && port.equals("53")) {
      return "resolver";
    }
    // Fragments bear no port, and to who calls a daemon that is down the kernel says so.
    return peers.contains(InetAddress.ofLiteral(to)) ? "peer" : "stranger";
  }
}
