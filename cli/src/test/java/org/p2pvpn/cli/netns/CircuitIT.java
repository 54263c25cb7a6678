package org.p2pvpn.cli.netns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.p2pvpn.cli.underlay.LinkShape;
import tools.jackson.databind.JsonNode;

@DisplayName("real daemons, paths of several hops")
class CircuitIT {
  /** In each packet of the payload, whatever its length. */
  private static final String MARK = "p2pvpn-payload-7f3a";

  /** Of a capture file; a spare path sees little more. */
  private static final int HEADER_BYTES = 24;

  private static final long MILLI = 1_000_000;
  private static final int PING_SECONDS = 3;
  private static final int PINGS = PING_SECONDS * 1000;

  private final Village village = Village.open(7);
  private final Map<String, Path> captures = new LinkedHashMap<>();

  @AfterEach
  void removeAll() {
    village.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void carriesWhatProgramsSendAndEachHopSeesItsPartOnly(int hops) throws IOException {
    Shell.needs("curl", "dig", "iperf3", "tcpdump", "dnsmasq");
    Namespace site = village.host("site", 200);
    Services services = new Services(site).web(80).dns();
    Files.writeString(site.folder().resolve("www/marked"), (MARK + "\n").repeat(50_000));
    startAll(hops, "");
    captures.keySet().forEach(this::capture);
    String sha256 = services.bigFile("big", 8);
    Namespace alice = village.host("alice");
    for (Family family : Family.values()) {
      String address = village.address("site", family);
      String web = "curl -sS -g -m 20 http://" + family.inUrl(address);
      assertThat(Pings.from(alice, "-c 20 -i 0.05 -W 2 " + address).received()).isEqualTo(20);
      assertThat(alice.sh(web + "/big | sha256sum")).startsWith(sha256);
      assertThat(alice.sh(web + "/marked | wc -l").strip()).isEqualTo("50000");
      assertThat(alice.sh("dig +short +time=2 +tries=2 @" + address + " www.test A")).isNotBlank();
      services.iperfOnce(5201);
      assertThat(alice.sh("iperf3 -t 1 -f k -c " + address)).contains("receiver");
    }
    String log = Files.readString(services.webLog());
    for (Family family : Family.values()) {
      assertThat(log).doesNotContain(village.address("alice", family));
    }
    assertThat(log).contains(village.address("exit", Family.IPV4));
    eachSawItsPartOnly();
  }

  private void eachSawItsPartOnly() throws IOException {
    Shell.pause(300); // what is in tcpdump's buffer
    long relayed = 0;
    for (Map.Entry<String, Path> capture : captures.entrySet()) {
      byte[] bytes = Files.readAllBytes(capture.getValue());
      boolean readable = new String(bytes, StandardCharsets.ISO_8859_1).contains(MARK);
      assertThat(bytes.length).as("captured at " + capture.getKey()).isGreaterThan(HEADER_BYTES);
      boolean isRelay = !capture.getKey().equals("exit") && !capture.getKey().equals("alice");
      relayed += isRelay ? bytes.length : 0;
      assertThat(readable)
          .as("payload readable at " + capture.getKey())
          .isEqualTo(capture.getKey().equals("exit"));
    }
    assertThat(relayed).as("bytes captured at relays").isGreaterThan(20L << 20);
    assertThat(packetsOfAlice("exit", "")).as("packets of alice at the exit").isEmpty();
    assertThat(packetsOfAlice("alice", " and not (udp or icmp6 or (ip6[6] = 44 and ip6[40] = 17))"))
        .as("on alice's uplink beside the tunnel")
        .isEmpty();
    assertThat(village.internet().counters("alice", "exit").sentPackets()).isZero();
    assertThat(village.internet().counters("alice", "site").sentPackets()).isZero();
  }

  private String packetsOfAlice(String host, String more) {
    return Shell.run(
            List.of(
                "tcpdump",
                "-n",
                "-r",
                String.valueOf(captures.get(host)),
                "(host %s or host %s)%s"
                    .formatted(
                        village.address("alice", Family.IPV4),
                        village.address("alice", Family.IPV6),
                        more)))
        .text()
        .lines()
        .filter(line -> line.contains(" > "))
        .reduce("", (all, line) -> all + line + "\n");
  }

  private void capture(String host) {
    Namespace there = village.host(host);
    Path file = there.folder().resolve("capture");
    captures.put(host, file);
    there.start("tcpdump", "-U", "-n", "-i", "eth0", "-s", "0", "-w", file.toString());
    Shell.waitFor("a capture at " + host, () -> Files.exists(file));
  }

  @Test
  void aRelayDiesStopsAndLeavesAndTheConnectionGoesOn() {
    Shell.needs("curl");
    Services site = new Services(village.host("site", 200)).web(80);
    startAll(2, "");
    String sha256 = site.bigFile("big", 30);
    Process download = download();
    int left = moved("left politely", () -> village.daemon(guard()).down());
    startAgain();
    int died = moved("killed", () -> village.daemon(guard()).kill());
    startAgain();
    int stopped = moved("stopped", () -> Shell.must("kill -STOP " + village.daemon(guard()).pid()));
    resumeAll();
    assertThat(died).as("pings lost when a relay was killed").isLessThan(1000);
    assertThat(stopped).as("pings lost when a relay was stopped").isLessThan(1000);
    assertThat(left).as("pings lost when a relay left").isZero();
    assertThat(end(download)).as("a download through it all").startsWith(sha256);
  }

  /** Slow enough to last longer than all that happens to it. */
  private Process download() {
    return village
        .host("alice")
        .start(
            village.host("alice").folder().resolve("sum"),
            "sh",
            "-c",
            "curl -sS -m 80 --limit-rate 1M http://%s/big | sha256sum"
                .formatted(village.address("site", Family.IPV4)));
  }

  private String end(Process download) {
    try {
      download.waitFor();
      return Files.readString(village.host("alice").folder().resolve("sum"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw Shell.interrupted(e);
    }
  }

  /** Under a thousand pings a second; prints the gap and returns how many were lost. */
  private int moved(String what, Runnable event) {
    awaitTwoPaths();
    Namespace alice = village.host("alice");
    Path output = alice.folder().resolve("pings");
    long switches = alice("switches").size();
    Process pings =
        alice.start(
            output,
            "ping",
            "-q",
            "-i",
            "0.001",
            "-c",
            String.valueOf(PINGS),
            "-W",
            "1",
            village.address("site", Family.IPV4));
    Shell.pause(1000);
    event.run();
    try {
      pings.waitFor();
      Pings seen = Pings.of(Files.readString(output));
      JsonNode all = alice("switches");
      System.out.printf(
          "CircuitIT: relay %s: %d of %d pings lost; %s%n",
          what, seen.sent() - seen.received(), seen.sent(), all);
      assertThat((long) all.size()).as("changes of path").isGreaterThan(switches);
      return seen.sent() - seen.received();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw Shell.interrupted(e);
    }
  }

  @Test
  void anotherExitOfTheCountryTakesOverWhenOneDies() throws IOException {
    Shell.needs("curl");
    Services site = new Services(village.host("site", 200)).web(80);
    startAll(2, "SE");
    assertThat(get()).as("through the first exit").isTrue();
    String exit = lastHop();
    long killed = System.nanoTime();
    village.daemon(exit).kill();
    Shell.waitFor("a new connection works", Duration.ofSeconds(30), this::get, () -> "");
    System.out.printf(
        "CircuitIT: exit %s killed: a new connection works after %d ms%n",
        exit, (System.nanoTime() - killed) / MILLI);
    assertThat(lastHop()).isNotEqualTo(exit);
    assertThat(Files.readString(site.webLog()))
        .contains(village.address("exit", Family.IPV4))
        .contains(village.address("other", Family.IPV4));
  }

  private boolean get() {
    String url = "http://" + village.address("site", Family.IPV4) + "/hello";
    return village.host("alice").trySh("curl -sS -m 1 " + url).text().equals("hello\n");
  }

  private String lastHop() {
    return nameOf(alice("circuits").path(0).path("hops").path(1).path("nodeId").asString());
  }

  /** An advert bears no name, so alice does not know the exit's. */
  private String nameOf(String nodeId) {
    for (String name : List.of("exit", "other")) {
      if (village.daemon(name).isAlive()
          && village.daemon(name).status().path("nodeId").asString().equals(nodeId)) {
        return name;
      }
    }
    throw new AssertionError("nobody is " + nodeId);
  }

  /**
   * Relays that joined the exits by invite, and alice, who knows only relays when told a country.
   */
  private void startAll(int hops, String country) {
    village.internet().defaultLink(LinkShape.PERFECT.delay(Duration.ofMillis(2)));
    List<String> exits = new ArrayList<>(List.of("exit"));
    if (!country.isEmpty()) {
      exits.add("other");
    }
    String line = country.isEmpty() ? "" : "country = \"" + country + "\"\n";
    int prefix = 1;
    for (String exit : exits) {
      village.launch(NodeSpec.exit(exit, prefix++).config(line));
    }
    exits.forEach(exit -> village.daemon(exit).awaitUp());
    List<String> relays = List.of("carol", "dave", "frank", "grace").subList(0, 2 * (hops - 1));
    for (String relay : relays) {
      village.launch(relay(relay, prefix++, exits));
    }
    relays.forEach(relay -> village.daemon(relay).awaitUp());
    String use = country.isEmpty() ? "exit" : country;
    NodeSpec alice =
        NodeSpec.client("alice", prefix, use).words("up", "--exit", use, "--hops", "" + hops);
    alice = alice.knowing(relays.toArray(String[]::new));
    if (country.isEmpty()) {
      String keys = village.invite("exit").replaceFirst("\\?.*", "");
      alice =
          alice.config(alice.config() + "[[peer]]\nname = \"exit\"\naddress = \"" + keys + "\"\n");
    }
    village.start(alice);
    for (String host : relays) {
      captures.put(host, Path.of(""));
    }
    captures.put("exit", Path.of(""));
    captures.put("alice", Path.of(""));
    awaitTwoPaths();
  }

  private static NodeSpec relay(String name, int prefix, List<String> exits) {
    return NodeSpec.peer(name, prefix).knowing(exits.toArray(String[]::new));
  }

  private void awaitTwoPaths() {
    Shell.waitFor(
        "two open paths",
        Duration.ofSeconds(40),
        () -> {
          int open = 0;
          for (JsonNode circuit : alice("circuits")) {
            open += circuit.path("state").asString().equals("open") ? 1 : 0;
          }
          return open == 2;
        },
        () -> alice("circuits") + "\n" + village.daemon("alice").log());
  }

  private JsonNode alice(String member) {
    return village.daemon("alice").ask("circuits", "{}").path(member);
  }

  private String guard() {
    return alice("circuits").path(0).path("hops").path(0).path("name").asString();
  }

  private void startAgain() {
    for (String name : List.of("carol", "dave")) {
      if (!village.daemon(name).isAlive()) {
        village.launch(relay(name, 0, List.of("exit"))).awaitUp();
      }
    }
  }

  private void resumeAll() {
    for (String name : List.of("carol", "dave")) {
      Shell.must("kill -CONT " + village.daemon(name).pid());
    }
  }
}
