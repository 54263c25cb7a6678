package org.p2pvpn.cli.lab;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the processes in the lab told so far. Every method may be called by any thread. */
final class Observations {
  private final Map<String, Set<String>> saw = new HashMap<>();
  private final Map<String, Flow> flows = new LinkedHashMap<>();
  private final Map<String, String> answers = new HashMap<>();
  private final List<String> failures = new ArrayList<>();
  private boolean siteReady;

  /** A flow is known by the address alice sends to. */
  synchronized void expect(String address, String name) {
    flows.put(address, new Flow(name));
  }

  /** The same flow goes another way. */
  synchronized void rename(String address, String name) {
    Flow flow = flows.get(address);
    if (flow != null) {
      flow.rename(name);
    }
  }

  /** A line of the server in {@code host}. */
  synchronized void fromServer(String host, String line) {
    String[] words = line.split(" ", -1);
    switch (words[0]) {
      case "saw" -> saw.computeIfAbsent(host, _ -> new LinkedHashSet<>()).add(words[1]);
      case "ready" -> siteReady |= host.equals(Topology.SITE);
      default -> failures.add(host + ": " + line);
    }
    notifyAll();
  }

  /** A line of alice's traffic process. */
  synchronized void fromAlice(String line) {
    String[] words = line.split(" ", -1);
    @Nullable Flow flow = words.length > 2 ? flows.get(words[1]) : null;
    switch (words[0]) {
      case "who" -> answers.put(words[1], words[2]);
      case "gap" -> answers.put("gap", line);
      case "ping" -> {
        if (flow != null) {
          flow.ping(Long.parseLong(words[2]));
        }
      }
      case "stream" -> {
        if (flow != null) {
          flow.progress(
              Long.parseLong(words[2]), Long.parseLong(words[3]), Integer.parseInt(words[4]));
        }
      }
      default -> failures.add("alice: " + line);
    }
    notifyAll();
  }

  synchronized void awaitSite(long millisMax) throws InterruptedException {
    long deadline = System.nanoTime() + millisMax * 1_000_000;
    while (!siteReady && System.nanoTime() < deadline) {
      wait(50);
    }
  }

  /** Whom the server at this address saw ask, or null when no answer came in time. */
  synchronized @Nullable String awaitAnswer(String address, long millisMax)
      throws InterruptedException {
    long deadline = System.nanoTime() + millisMax * 1_000_000;
    while (!answers.containsKey(address) && System.nanoTime() < deadline) {
      wait(50);
    }
    return answers.get(address);
  }

  /** From here on only what happens with the tunnel counts. */
  synchronized void tunnelIsOn() {
    saw.clear();
    answers.clear();
    failures.clear();
  }

  /** Alice has another way: what she heard by the old one is no answer, and its streams end. */
  synchronized void anotherWay() {
    answers.clear();
    flows.clear();
    failures.clear();
  }

  synchronized List<String> sawAt(String host) {
    return List.copyOf(saw.getOrDefault(host, Set.of()));
  }

  synchronized List<Flow.Shown> flows() {
    return flows.values().stream().map(Flow::shown).toList();
  }

  synchronized List<String> failures() {
    return List.copyOf(failures);
  }
}
