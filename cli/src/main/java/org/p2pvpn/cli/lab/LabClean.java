package org.p2pvpn.cli.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.host.HostCommands;

/**
 * Removes labs: this process's own, and those whose process is dead. Finds them by name, so that it
 * needs nothing a killed lab could have written; doing it twice does no harm.
 */
final class LabClean {
  /** Ours: a killed process is gone from its namespace at once, but not in zero time. */
  private static final int ROUNDS_MAX = 20;

  private static final int ROUND_MILLIS = 50;

  private final HostCommands commands;

  LabClean(HostCommands commands) {
    this.commands = commands;
  }

  /** Every lab whose process is dead; with those that {@code --keep} left, or without. */
  List<LabPlace> removeDead(boolean kept) {
    List<LabPlace> removed = new ArrayList<>();
    for (LabPlace place : all()) {
      if (!place.isAlive() && (kept || !Files.exists(place.keepMark()))) {
        remove(place);
        removed.add(place);
      }
    }
    return removed;
  }

  /** Every lab there is a trace of. */
  static Set<LabPlace> all() {
    Set<LabPlace> places = new LinkedHashSet<>();
    for (Path folder : List.of(LabPlace.NAMESPACES, LabPlace.RESOLVERS, LabPlace.RUN)) {
      for (String name : names(folder)) {
        @Nullable LabPlace place = LabPlace.ofName(name);
        if (place != null) {
          places.add(place);
        }
      }
    }
    return places;
  }

  /** Kills what still runs in its namespaces, then removes all that bears its name. */
  void remove(LabPlace place) {
    for (String name : namesOf(place, LabPlace.NAMESPACES)) {
      killAllIn(name);
      commands.run(List.of("ip", "netns", "del", name), "");
    }
    for (String name : namesOf(place, LabPlace.RESOLVERS)) {
      deleteFolder(LabPlace.RESOLVERS.resolve(name));
    }
    deleteFolder(place.folder());
  }

  /** Whether nothing bears its name any more. */
  static boolean isGone(LabPlace place) {
    return namesOf(place, LabPlace.NAMESPACES).isEmpty()
        && namesOf(place, LabPlace.RESOLVERS).isEmpty()
        && !Files.exists(place.folder());
  }

  private void killAllIn(String namespace) {
    for (int round = 0; round < ROUNDS_MAX; round++) {
      String pids = commands.run(List.of("ip", "netns", "pids", namespace), "").output();
      if (pids.isBlank()) {
        return;
      }
      pids.lines()
          .forEach(
              pid ->
                  ProcessHandle.of(Long.parseLong(pid.strip()))
                      .ifPresent(ProcessHandle::destroyForcibly));
      try {
        Thread.sleep(ROUND_MILLIS);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private static List<String> namesOf(LabPlace place, Path folder) {
    return names(folder).stream().filter(name -> place.equals(LabPlace.ofName(name))).toList();
  }

  private static List<String> names(Path folder) {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      entries.forEach(entry -> names.add(String.valueOf(entry.getFileName())));
    } catch (NoSuchFileException _) {
      // No namespace was ever made on this machine.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return names;
  }

  private static void deleteFolder(Path folder) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> below = Files.walk(folder)) {
      for (Path path : below.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException | UncheckedIOException _) {
      // A daemon wrote while it died, or another lab cleans the same: isGone tells.
    }
  }
}
