package org.p2pvpn.cli.netns;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.p2pvpn.cli.underlay.LinkShape;
import org.p2pvpn.cli.underlay.NatKind;
import tools.jackson.databind.JsonNode;

/**
 * Two nodes behind NATs who know of each other by two common peers on the internet. Prints the
 * table of overlay/docs/reaching.md.
 */
@DisplayName("real daemons behind pairs of NATs")
class NatIT {
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  /** As long as it takes for every call of an attempt to come to nothing. */
  private static final Duration UPGRADE = Duration.ofSeconds(8);

  private static final long MILLI = 1_000_000;
  private static final long PING_MILLIS = 20;

  /** IPv4 alone: behind IPv6 firewalls every pair goes straight. */
  private static void withoutIpv6(Namespace host) {
    host.ip("-6 address flush dev eth0 scope global");
    host.ip("-6 route flush dev eth0");
  }

  /** RFC 4787: a hole can be punched unless one side's port is a secret and the other's strict. */
  private static boolean canBeDirect(NatKind one, NatKind other) {
    return !isSecret(one, other) && !isSecret(other, one);
  }

  private static boolean isSecret(NatKind symmetric, NatKind other) {
    return symmetric == NatKind.SYMMETRIC
        && (other == NatKind.SYMMETRIC || other == NatKind.PORT_RESTRICTED);
  }

  private record Pair(String name, String alice, String bob, boolean canBeDirect) {}

  /** {@code met}: they had a session before, as nodes of one network may. */
  private record Row(
      String pair, boolean met, long firstAnswerMillis, long directMillis, int lost) {}

  @Test
  void everyPairOfKindsTalksAndMostOfThemDirectly() {
    List<Row> rows = new ArrayList<>();
    try (Village village = Village.open(4)) {
      startCommonPeers(village);
      startBehindNats(village);
      List<Pair> pairs = new ArrayList<>();
      for (NatKind one : NatKind.values()) {
        for (NatKind other : NatKind.values()) {
          if (one.compareTo(other) <= 0) {
            String name = (one + ", " + other).toLowerCase(Locale.ROOT).replace('_', ' ');
            pairs.add(new Pair(name, alice(one), bob(other), canBeDirect(one, other)));
          }
        }
      }
      rows.addAll(meet(village, pairs));
    }
    print(rows);
  }

  /** The kernel's own, as in most home routers: it keeps the port, or draws one for each peer. */
  @Test
  void behindNftablesTheyTalkToo() {
    List<Row> rows = new ArrayList<>();
    try (Village village = Village.open(6)) {
      startCommonPeers(village);
      List<NodeSpec> specs = new ArrayList<>();
      for (String name : List.of("keeps-a", "keeps-b", "draws-a", "draws-b")) {
        String router = "router-" + specs.size();
        withoutIpv6(village.host(router, 10 + specs.size()));
        String statement = name.startsWith("keeps") ? "masquerade" : "masquerade fully-random";
        withoutIpv6(village.hostBehind(router, name, statement));
        specs.add(NodeSpec.peer(name, 0).knowing("carol", "dave"));
      }
      village.start(specs);
      for (String one : List.of("keeps", "draws")) {
        NatKind kind = one.equals("keeps") ? NatKind.PORT_RESTRICTED : NatKind.SYMMETRIC;
        assertKind(village.daemon(one + "-a"), kind);
        assertKind(village.daemon(one + "-b"), kind);
      }
      rows.addAll(
          meet(
              village,
              List.of(
                  new Pair("nft keeps, nft keeps", "keeps-a", "keeps-b", true),
                  new Pair("nft keeps, nft draws", "keeps-a", "draws-b", false),
                  new Pair("nft draws, nft draws", "draws-a", "draws-b", false))));
    }
    print(rows);
  }

  private static void print(List<Row> rows) {
    for (Row row : rows) {
      System.out.printf(
          Locale.ROOT,
          "| %s | %s | %d ms | %s | %d |%s%n",
          row.pair(),
          row.directMillis() < 0 ? "relayed" : "direct",
          row.firstAnswerMillis(),
          row.directMillis() < 0 ? "-" : row.directMillis() + " ms",
          row.lost(),
          row.met() ? " had met" : "");
    }
  }

  private static void startCommonPeers(Village village) {
    village.internet().defaultLink(LinkShape.PERFECT.delay(Duration.ofMillis(20)));
    village.start(NodeSpec.peer("carol", 1), NodeSpec.peer("dave", 2).knowing("carol"));
  }

  /** Of each kind an alice and a bob. */
  private static void startBehindNats(Village village) {
    List<NodeSpec> specs = new ArrayList<>();
    for (NatKind kind : NatKind.values()) {
      for (String name : List.of(alice(kind), bob(kind))) {
        village.host(name, 10 + specs.size());
        village.internet().nat(name, kind);
        withoutIpv6(village.host(name));
        specs.add(NodeSpec.peer(name, 0).knowing("carol", "dave"));
      }
    }
    village.start(specs);
    for (NatKind kind : NatKind.values()) {
      assertKind(village.daemon(alice(kind)), kind);
      assertKind(village.daemon(bob(kind)), kind);
    }
  }

  private static String alice(NatKind kind) {
    return "alice-" + kind.name().charAt(0);
  }

  private static String bob(NatKind kind) {
    return "bob-" + kind.name().charAt(0);
  }

  /** That a pair stays relayed takes its time to be sure of: such pairs, all at once. */
  private static List<Row> meet(Village village, List<Pair> pairs) {
    List<Row> rows = new CopyOnWriteArrayList<>();
    pairs.stream().filter(Pair::canBeDirect).forEach(pair -> rows.add(meet(village, pair)));
    Shell.together(
        pairs.stream()
            .filter(pair -> !pair.canBeDirect())
            .<Runnable>map(pair -> () -> rows.add(meet(village, pair)))
            .toList());
    return rows;
  }

  private static Row meet(Village village, Pair pair) {
    String alice = pair.alice();
    String bob = pair.bob();
    String id = village.daemon(bob).status().path("nodeId").asString();
    String address = village.daemon(bob).overlayAddress(false);
    Shell.waitFor(
        alice + " knows " + bob,
        PATIENCE,
        () -> !peer(village.daemon(alice), id).isMissingNode(),
        () -> village.daemon(alice).log());
    boolean met = peer(village.daemon(alice), id).path("state").asString().equals("connected");
    Process pings =
        village.host(alice).start(pings(village.host(alice)), "ping", "-i", "0.02", address);
    long began = System.nanoTime();
    Shell.waitFor(
        alice + " talks with " + bob,
        PATIENCE,
        () -> firstAnswer(village.host(alice)) >= 0,
        () ->
            village
                    .host(alice)
                    .trySh(
                        "tail -3 %s; ip route get %s"
                            .formatted(pings(village.host(alice)), address))
                    .text()
                + village.daemon(alice).ask("netcheck", "{}")
                + village.daemon(bob).log());
    long direct = awaitDirect(village.daemon(alice), id, began);
    pings.destroy();
    Row row =
        new Row(
            pair.name(), met, firstAnswer(village.host(alice)), direct, lost(village.host(alice)));
    System.out.println("NatIT: " + row);
    assertThat(direct >= 0)
        .as(row + " " + village.daemon(alice).ask("netcheck", "{}"))
        .isEqualTo(pair.canBeDirect());
    return row;
  }

  @Test
  void aHostThatChangesItsAddressKeepsItsSessionsAndTheGapIsShort() {
    try (Village village = Village.open(5)) {
      village.internet().defaultLink(LinkShape.PERFECT.delay(Duration.ofMillis(20)));
      village.start(NodeSpec.peer("bob", 1), NodeSpec.peer("alice", 2).knowing("bob"));
      Namespace alice = village.host("alice");
      String address = village.daemon("bob").overlayAddress(false);
      long handshakes = village.daemon("bob").counter("handshakes_completed");
      Process pings = alice.start(pings(alice), "ping", "-i", "0.02", address);
      Shell.pause(1500);
      village.internet().readdress("alice", "99.9.9.9", "2a10:999::9");
      Shell.pause(3000);
      pings.destroy();
      long gap = lost(alice) * PING_MILLIS;
      System.out.println("NatIT: a host that changes its address: gap " + gap + " ms");
      assertThat(answers(alice)).as("answers, some of them after the move").hasSizeGreaterThan(100);
      assertThat(gap).isLessThan(2000);
      assertThat(village.daemon("bob").counter("roamed")).isPositive();
      assertThat(village.daemon("bob").counter("handshakes_completed")).isEqualTo(handshakes);
    }
  }

  private static Path pings(Namespace host) {
    return host.folder().resolve("pings");
  }

  private static List<String> answers(Namespace host) {
    return host.trySh("cat " + pings(host))
        .text()
        .lines()
        .filter(line -> line.contains("icmp_seq=") && line.contains("time="))
        .toList();
  }

  /** When the first answer came, in milliseconds after the first ping; -1 before it. */
  private static long firstAnswer(Namespace host) {
    return answers(host).stream()
        .mapToLong(line -> (number(line, "icmp_seq=") - 1) * PING_MILLIS + number(line, "time="))
        .min()
        .orElse(-1);
  }

  private static long number(String line, String after) {
    return Long.parseLong(line.replaceFirst(".*" + after + "([0-9]+).*", "$1"));
  }

  /** Gaps in the sequence numbers. */
  private static int lost(Namespace host) {
    int lost = 0;
    int before = 0;
    for (String line : answers(host)) {
      int number = (int) number(line, "icmp_seq=");
      lost += Math.max(0, number - before - 1);
      before = Math.max(before, number);
    }
    return lost;
  }

  private static long awaitDirect(Daemon alice, String id, long began) {
    while (System.nanoTime() - began < UPGRADE.toNanos()) {
      if (peer(alice, id).path("reach").asString().equals("direct")) {
        return (System.nanoTime() - began) / MILLI;
      }
      Shell.pause(20);
    }
    return -1;
  }

  private static void assertKind(Daemon daemon, NatKind kind) {
    String expected =
        kind.mapping() == NatKind.Behaviour.ENDPOINT_INDEPENDENT
            ? "endpoint_independent"
            : "endpoint_dependent";
    Shell.waitFor(
        daemon.host().label() + " knows its NAT",
        PATIENCE,
        () ->
            daemon
                .ask("netcheck", "{}")
                .path("netcheck")
                .path("families")
                .path(1)
                .path("nat")
                .asString()
                .equals(expected),
        () -> daemon.ask("netcheck", "{}").toString());
  }

  private static JsonNode peer(Daemon daemon, String id) {
    for (JsonNode peer : daemon.ask("peers", "{}").path("peers")) {
      if (peer.path("nodeId").asString().equals(id)) {
        return peer;
      }
    }
    return daemon.status().path("no such peer");
  }
}
