package org.p2pvpn.overlay.control;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.score.Guard;
import org.p2pvpn.overlay.score.Guards;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The first hops that this node keeps, whatever the exit and the class of traffic, and over
 * restarts: with their age, since who starts anew each time sooner or later starts at everyone's
 * node. Lives on the control thread.
 *
 * <pre>
 *   p2pvpn-guards 1
 *   node id | sampled | confirmed | failing since | tried | unlisted since     seconds, 0 for never
 * </pre>
 */
final class GuardBook {
  private static final Logger LOG = LoggerFactory.getLogger(GuardBook.class);
  private static final String HEADER = "p2pvpn-guards 1";
  private static final int FIELDS = 6;

  /** Ours: nine lines of 130 characters, four times. */
  private static final long BYTES_MAX = 4096;

  private final @Nullable Path file;
  private Guards guards;
  private Guards saved;

  private GuardBook(@Nullable Path file, Guards guards) {
    this.file = file;
    this.guards = guards;
    saved = guards;
  }

  static GuardBook inMemory() {
    return new GuardBook(null, Guards.NONE);
  }

  /** With what an earlier run kept; a file that cannot be read costs the guards, not the start. */
  static GuardBook open(Path file) {
    try {
      if (Files.size(file) > BYTES_MAX) {
        LOG.warn("{}: larger than {} bytes, ignored: guards are drawn anew", file, BYTES_MAX);
        return new GuardBook(file, Guards.NONE);
      }
      return new GuardBook(file, read(file, Files.readAllLines(file)));
    } catch (NoSuchFileException _) {
      return new GuardBook(file, Guards.NONE);
    } catch (IOException e) {
      LOG.warn("{}: cannot be read, guards are drawn anew: {}", file, e.toString());
      return new GuardBook(file, Guards.NONE);
    }
  }

  private static Guards read(Path file, List<String> lines) {
    List<Guard> sample = new ArrayList<>();
    int ignored = 0;
    boolean ours = !lines.isEmpty() && lines.getFirst().equals(HEADER);
    for (String line : ours ? lines.subList(1, lines.size()) : lines) {
      Guard guard = ours ? guard(line) : null;
      boolean fits =
          guard != null
              && sample.size() < Guards.SAMPLE_MAX
              && sample.stream().noneMatch(other -> other.id().equals(guard.id()));
      if (fits) {
        sample.add(guard);
      } else {
        ignored++;
      }
    }
    if (ignored > 0) {
      LOG.warn("{}: {} lines that are no guards are ignored", file, ignored);
    }
    return new Guards(sample);
  }

  private static @Nullable Guard guard(String line) {
    String[] fields = line.split(" ", -1);
    if (fields.length != FIELDS) {
      return null;
    }
    try {
      long[] times = new long[FIELDS];
      for (int i = 1; i < FIELDS; i++) {
        times[i] = Long.parseLong(fields[i]);
        if (times[i] < 0) {
          return null;
        }
      }
      NodeId id = NodeId.parse(fields[0]);
      return new Guard(id, times[1], times[2], times[3], times[4], times[5]);
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  Guards guards() {
    return guards;
  }

  /** Who they are and who carried something is written down at once, the rest by {@link #save}. */
  void guards(Guards now) {
    guards = now;
    if (!kept(now).equals(kept(saved))) {
      save();
    }
  }

  private static List<Guard> kept(Guards of) {
    return of.sample().stream()
        .map(it -> new Guard(it.id(), it.sampledAt(), it.confirmedAt(), 0, 0, it.unlistedSince()))
        .toList();
  }

  void save() {
    if (file == null || guards.equals(saved)) {
      return;
    }
    saved = guards;
    StringBuilder content = new StringBuilder(HEADER).append('\n');
    for (Guard guard : guards.sample()) {
      content
          .append(guard.id())
          .append(' ')
          .append(guard.sampledAt())
          .append(' ')
          .append(guard.confirmedAt())
          .append(' ')
          .append(guard.failingSince())
          .append(' ')
          .append(guard.triedAt())
          .append(' ')
          .append(guard.unlistedSince())
          .append('\n');
    }
    StateFile.replace(file, content.toString());
  }
}
