package org.p2pvpn.cli.netns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** As many hops as {@code -Dp2pvpn.it.hops} says, 2 to 5. */
@DisplayName("alice to the internet, by as many hops as there may be")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CircuitTrafficIT extends TrafficTests {
  private static final int HOPS = Shell.number("hops", 5);

  private static final int PAYLOAD_BYTES = 1 << 20;

  /** Of the same bytes, sent in a request's header; a web server takes a few kilobytes. */
  private static final int HEADER_BYTES = 1000;

  /** Without captures' own headers a find is the payload's. */
  private static final int CAPTURE_BYTES_MIN = PAYLOAD_BYTES;

  private final Village village = Village.open(11);
  private final CircuitVillage circuits = new CircuitVillage(village, HOPS, 1, HOPS - 1);

  @Override
  Way connect() {
    Namespace site = village.host("site", 200);
    // One that relays is known to all by its advert, her exit too, as a node among others.
    circuits.start("--no-relay");
    return new Way(village.host("alice"), site);
  }

  @Override
  void disconnect() {
    try {
      // A path that is gone fails every test after it, and none says why.
      System.out.println("CircuitTrafficIT: at the end: " + circuits.alice("circuits"));
    } finally {
      village.close();
    }
  }

  @Override
  String address(Family family) {
    return village.address("site", family);
  }

  /** The exit, and the site: the emulated internet has no router of its own. */
  @Override
  int hops() {
    return 2;
  }

  @Override
  int bigFileMegabytes() {
    return Shell.number("megabytes", 16);
  }

  @Test
  @Order(Integer.MAX_VALUE - 1)
  void capturesAtTheRelaysHoldNoEightBytesOfThePayload() throws IOException {
    Shell.needs("tcpdump", "curl");
    Random random = new Random(5);
    byte[] down = new byte[PAYLOAD_BYTES];
    random.nextBytes(down);
    Files.write(target().folder().resolve("www/payload"), down);
    byte[] up = new byte[HEADER_BYTES];
    random.nextBytes(up);
    String header = HexFormat.of().formatHex(up);
    PayloadSearch search = new PayloadSearch();
    search.add(down);
    search.add(header.getBytes(StandardCharsets.US_ASCII));
    List<String> hops = new ArrayList<>(circuits.path());
    hops.addFirst("alice");
    Map<String, Path> captures = new LinkedHashMap<>();
    List<Process> running = new ArrayList<>();
    for (String host : hops) {
      Path file = village.host(host).folder().resolve("capture");
      captures.put(host, file);
      running.add(
          village.host(host).start("tcpdump", "-U", "-n", "-i", "eth0", "-w", file.toString()));
      Shell.waitFor("a capture at " + host, () -> Files.exists(file) && file.toFile().length() > 0);
    }
    for (Family family : Family.values()) {
      String url = "http://" + family.inUrl(address(family)) + "/payload";
      alice("curl -sS -g -m 30 -H 'X-Payload: %s' -o /dev/null %s".formatted(header, url));
    }
    Shell.pause(500); // what is in tcpdump's buffer
    running.forEach(Process::destroy);
    for (Map.Entry<String, Path> capture : captures.entrySet()) {
      byte[] bytes = Files.readAllBytes(capture.getValue());
      String host = capture.getKey();
      assertThat(bytes.length).as("captured at " + host).isGreaterThan(CAPTURE_BYTES_MIN);
      int found = search.countIn(bytes);
      System.out.printf(
          "CircuitTrafficIT: %d hops: %s: %d bytes captured, %d places hold payload%n",
          HOPS, host, bytes.length, found);
      if (host.equals("exit")) {
        assertThat(found).as("payload at the exit, which may see it").isGreaterThan(PAYLOAD_BYTES);
      } else {
        assertThat(found).as("payload at " + host).isZero();
      }
    }
  }

  @Test
  @Order(Integer.MAX_VALUE)
  void noHopHoldsBothWhoAsksAndWhatIsAskedFor() throws IOException {
    Shell.needs("curl", "dig");
    if (!target().listens("udp", 53)) {
      new Services(target()).dns();
    }
    new HopSecrets(village, circuits).mustBeKept();
    String log = Files.readString(new Services(target()).webLog());
    for (Family family : Family.values()) {
      assertThat(log)
          .contains(asJava(village.address("exit", family)))
          .doesNotContain(asJava(village.address("alice", family)));
    }
  }

  private static String asJava(String address) {
    return InetAddress.ofLiteral(address).getHostAddress();
  }
}
