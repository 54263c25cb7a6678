package org.p2pvpn.cli.netns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.p2pvpn.cli.underlay.AddressPlan;

/**
 * What must not be known, looked for where it would be: in the memory, log and state folder of each
 * hop's daemon. No relay may hold where alice's traffic goes, and the exit may not hold who she is.
 * That the search can find such a thing is shown on those that do know: the exit and the guard.
 */
final class HopSecrets {
  /** An IPv4 address is four bytes, which may stand anywhere by chance, but not three times. */
  private static final int TRIES = 3;

  /** Addresses whose bytes are rare, and others each time. */
  private static final int HOST = 40_000;

  private static final int ALICES_PREFIX = 3001;
  private static final int SITES_PREFIX = 3801;

  private final Village village;
  private final CircuitVillage circuits;

  HopSecrets(Village village, CircuitVillage circuits) {
    this.village = village;
    this.circuits = circuits;
  }

  /** Moves alice and the site to other addresses; the site must have web and DNS servers. */
  void mustBeKept() {
    List<String> finds = List.of();
    for (int i = 0; i < TRIES; i++) {
      village.move("alice", new AddressPlan(ALICES_PREFIX + 7 * i, HOST + 1111 * i));
      village.move("site", new AddressPlan(SITES_PREFIX + 7 * i, HOST + 1111 * i));
      String name = "name-" + i + "-asked-for.test";
      talk(name);
      finds = look(name);
      if (finds.isEmpty()) {
        return;
      }
      System.out.println("HopSecrets: four bytes, perhaps by chance: " + finds);
    }
    assertThat(finds).as("four bytes found three times are no chance").isEmpty();
  }

  private void talk(String name) {
    Namespace alice = village.host("alice");
    for (Family family : Family.values()) {
      String site = village.address("site", family);
      Shell.waitFor(
          "alice talks from her new address",
          () ->
              alice
                  .trySh("curl -sS -g -m 2 http://" + family.inUrl(site) + "/hello")
                  .text()
                  .equals("hello\n"));
      alice.sh("dig +short +time=2 +tries=3 @" + site + " " + name + " A");
      alice.sh("ping -q -c 20 -i 0.01 -W 2 " + site);
    }
  }

  /** Fails at what cannot be chance; answers with what can. */
  private List<String> look(String name) {
    List<String> path = circuits.path();
    List<Trace> destination = destination(name);
    List<Trace> client = client();
    List<String> chances = new ArrayList<>();
    for (String hop : path) {
      boolean isExit = hop.equals(path.getLast());
      boolean isGuard = hop.equals(path.getFirst());
      List<Trace> known = isExit ? destination : isGuard ? client : List.of();
      look(hop, isExit ? client : destination, known, chances);
    }
    return chances;
  }

  private List<Trace> destination(String name) {
    List<Trace> traces = new ArrayList<>();
    for (Family family : Family.values()) {
      traces.addAll(Trace.ofAddress("the site's " + family, village.address("site", family)));
    }
    traces.add(Trace.text("the name asked for", name));
    traces.add(Trace.text("the name asked for, as DNS has it", name.split("\\.", 2)[0]));
    return traces;
  }

  private List<Trace> client() {
    List<Trace> traces = new ArrayList<>();
    for (Family family : Family.values()) {
      traces.addAll(Trace.ofAddress("alice's " + family, village.address("alice", family)));
    }
    Daemon alice = village.daemon("alice");
    traces.addAll(Trace.ofAddress("alice's overlay address", alice.overlayAddress(true)));
    traces.addAll(Trace.ofHex("alice's node id", alice.status().path("nodeId").asString()));
    return traces;
  }

  private void look(String host, List<Trace> secret, List<Trace> known, List<String> chances) {
    List<Trace> all = new ArrayList<>(secret);
    all.addAll(known);
    boolean knows = known.isEmpty();
    for (ProcessMemory.Find find : ProcessMemory.search(village.daemon(host).pid(), all)) {
      knows |= known.contains(find.trace());
      if (secret.contains(find.trace())) {
        found(find.trace(), host + "'s memory at " + find.where(), chances);
      }
    }
    assertThat(knows).as("the search finds what %s does know", host).isTrue();
    byte[] log = village.daemon(host).log().getBytes(StandardCharsets.ISO_8859_1);
    new TraceIndex(secret).search(log, (trace, _) -> found(trace, host + "'s log", chances));
    try (Stream<Path> files = Files.walk(village.host(host).folder())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        new TraceIndex(secret).search(bytes, (trace, _) -> found(trace, file.toString(), chances));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void found(Trace trace, String where, List<String> chances) {
    String sentence = trace + " is in " + where;
    assertThat(trace.mayBeChance()).as(sentence).isTrue();
    chances.add(sentence);
  }
}
