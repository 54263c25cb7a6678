package org.p2pvpn.cli.netns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.p2pvpn.cli.underlay.LinkShape;
import tools.jackson.databind.ObjectMapper;

@DisplayName("real daemons, paths of several hops")
class CircuitIT {
  /** In each packet of the payload, whatever its length. */
  private static final String MARK = "p2pvpn-payload-7f3a";

  /** Of a capture file; a spare path sees little more. */
  private static final int HEADER_BYTES = 24;

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
    village.internet().defaultLink(LinkShape.PERFECT.delay(Duration.ofMillis(2)));
    CircuitVillage circuits = new CircuitVillage(village, hops).start("--no-relay");
    circuits.relays().forEach(this::capture);
    circuits.exits().forEach(this::capture);
    capture("alice");
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
    explanationIsRight();
    new HopSecrets(village, circuits).mustBeKept();
  }

  private void explanationIsRight() {
    String json =
        Daemon.cli(village.host("alice"), "path", "--explain", "--json").mustSucceed("path");
    int scores = ExplainByHand.mustAgree(new ObjectMapper().readTree(json).path("path"));
    System.out.println("CircuitIT: scores computed again from path --explain --json: " + scores);
    assertThat(scores).isPositive();
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
}
