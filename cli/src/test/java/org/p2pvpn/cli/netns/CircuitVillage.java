package org.p2pvpn.cli.netns;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.JsonNode;

/**
 * Exits, relays that joined them by invite, and an alice who reaches an exit by some of the relays;
 * each in a provider's network of its own, so that no two are too alike for one path. The exits
 * never met alice: she has their keys, or the name of their country.
 */
final class CircuitVillage {
  static final String COUNTRY = "SE";

  private static final List<String> RELAYS =
      List.of("carol", "dave", "frank", "grace", "heidi", "ivan", "judy", "mike");
  private static final List<String> EXITS = List.of("exit", "other");

  private final Village village;
  private final int hops;
  private final int exitCount;
  private final int relayCount;
  private final Map<String, NodeSpec> specs = new HashMap<>();
  private final Map<String, String> names = new HashMap<>();

  /** With one exit, and relays enough for a path and a spare that shares none of them. */
  CircuitVillage(Village village, int hops) {
    this(village, hops, 1, 2 * (hops - 1));
  }

  /** With two exits alice knows them by their country only. */
  CircuitVillage(Village village, int hops, int exitCount, int relayCount) {
    this.village = village;
    this.hops = hops;
    this.exitCount = exitCount;
    this.relayCount = relayCount;
  }

  List<String> relays() {
    return RELAYS.subList(0, relayCount);
  }

  List<String> exits() {
    return EXITS.subList(0, exitCount);
  }

  /**
   * Until alice has her paths: a spare, too, if there are relays for one.
   *
   * @param words to add to her command line
   */
  CircuitVillage start(String... words) {
    startOthers();
    startAlice(100, words);
    awaitPaths();
    return this;
  }

  /** All but alice. */
  void startOthers() {
    boolean byCountry = exitCount > 1;
    String line = byCountry ? "country = \"" + COUNTRY + "\"\n" : "";
    int prefix = 1;
    for (String exit : exits()) {
      launch(NodeSpec.exit(exit, prefix++).config(line));
    }
    exits().forEach(exit -> village.daemon(exit).awaitUp());
    List<NodeSpec> relays = new ArrayList<>();
    for (String relay : relays()) {
      NodeSpec spec = NodeSpec.peer(relay, prefix++).knowing(exits().toArray(String[]::new));
      specs.put(relay, spec);
      relays.add(spec);
    }
    village.start(relays);
    relays().forEach(this::learnNodeId);
    exits().forEach(this::learnNodeId);
  }

  /** While it lives. */
  private void learnNodeId(String name) {
    names.put(village.daemon(name).status().path("nodeId").asString(), name);
  }

  /**
   * Alice, in a prefix of the caller's choice.
   *
   * @param words to add to her command line
   */
  Daemon startAlice(int prefix, String... words) {
    String use = exitCount > 1 ? COUNTRY : "exit";
    List<String> all = new ArrayList<>(List.of("up", "--exit", use, "--hops", "" + hops));
    all.addAll(List.of(words));
    NodeSpec alice =
        NodeSpec.client("alice", prefix, use)
            .words(all.toArray(String[]::new))
            .knowing(relays().toArray(String[]::new));
    if (exitCount == 1) {
      String keys = village.invite("exit").replaceFirst("\\?.*", "");
      alice =
          alice.config(alice.config() + "[[peer]]\nname = \"exit\"\naddress = \"" + keys + "\"\n");
    }
    village.start(alice);
    return village.daemon("alice");
  }

  private void launch(NodeSpec spec) {
    specs.put(spec.name(), spec);
    village.launch(spec);
  }

  /** A relay or exit that ended, with the state it had. */
  Daemon startAgain(String name) {
    return launchAgain(name).awaitUp();
  }

  /** All of them at the same time. */
  void startAgain(List<String> ended) {
    ended.stream().map(this::launchAgain).toList().forEach(Daemon::awaitUp);
  }

  private Daemon launchAgain(String name) {
    return village.launch(Objects.requireNonNull(specs.get(name), name));
  }

  void awaitPaths() {
    awaitPaths(relayCount >= 2 * (hops - 1) ? 2 : 1);
  }

  void awaitPaths(int wanted) {
    Shell.waitFor(
        wanted + " open paths",
        Duration.ofSeconds(60),
        () -> openPaths() >= wanted,
        () -> alice("circuits") + "\n" + village.daemon("alice").log());
  }

  private int openPaths() {
    int open = 0;
    for (JsonNode circuit : alice("circuits")) {
      open += circuit.path("state").asString().equals("open") ? 1 : 0;
    }
    return open;
  }

  /** A member of what alice's daemon says about circuits. */
  JsonNode alice(String member) {
    return village.daemon("alice").ask("circuits", "{}").path(member);
  }

  /** Names of the hops of the path in use, the guard's first; an advert bears no name. */
  List<String> path() {
    List<String> hopNames = new ArrayList<>();
    for (JsonNode hop : alice("circuits").path(0).path("hops")) {
      hopNames.add(nameOf(hop.path("nodeId").asString()));
    }
    return hopNames;
  }

  String guard() {
    return path().getFirst();
  }

  /** The first hop of each path, the one in use first. */
  List<String> guards() {
    List<String> guards = new ArrayList<>();
    for (JsonNode circuit : alice("circuits")) {
      guards.add(nameOf(circuit.path("hops").path(0).path("nodeId").asString()));
    }
    return guards;
  }

  private String nameOf(String nodeId) {
    return Objects.requireNonNull(names.get(nodeId), nodeId);
  }
}
