package org.p2pvpn.overlay.node.config;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.node.NodeConfig;

/**
 * One {@code [[route]]} of a file.
 *
 * @param user as written, or empty
 * @param uid that the name means here, or -1
 * @param hops null for that of {@code [exit]}
 * @param preset null for that of {@code [exit]}
 * @param line where it stands, from 1
 */
public record ConfigRoute(
    String key,
    String name,
    List<String> to,
    String user,
    long uid,
    String cgroup,
    long mark,
    String exit,
    @Nullable Integer hops,
    @Nullable String preset,
    double minimumTrust,
    int line) {

  NodeConfig.Route toRoute(int exitHops, String exitPreset) {
    return new NodeConfig.Route(
        key,
        name,
        match(),
        to,
        uid,
        cgroup,
        mark,
        exit,
        hops == null ? exitHops : hops,
        preset == null ? exitPreset : preset,
        minimumTrust);
  }

  /** All that must hold, for people: {@code user alice to 203.0.113.0/24}. */
  String match() {
    List<String> words = new ArrayList<>();
    if (!user.isEmpty()) {
      words.add("user " + user);
    }
    if (!cgroup.isEmpty()) {
      words.add("cgroup " + cgroup);
    }
    if (mark >= 0) {
      words.add("fwmark 0x" + Long.toHexString(mark));
    }
    if (!to.isEmpty()) {
      words.add("to " + String.join(", ", to));
    }
    return String.join(" ", words);
  }

  /** As {@code config show} has it. */
  String shown(int exitHops, String exitPreset) {
    NodeConfig.Route route = toRoute(exitHops, exitPreset);
    return "%s%s => %s, %d %s, %s%s"
        .formatted(
            name.isEmpty() ? "" : name + ": ",
            match(),
            exit,
            route.hops(),
            route.hops() == 1 ? "hop" : "hops",
            route.preset(),
            minimumTrust > 0 ? ", trust of at least " + minimumTrust : "");
  }
}
