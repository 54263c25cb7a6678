package org.p2pvpn.cli.netns;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What daemons cost that have nothing to do: resident memory, and time of a processor. */
final class IdleCost {
  /** Of {@code /proc/PID/stat}: Linux's USER_HZ. */
  private static final double TICKS_PER_SECOND = 100;

  /** Fields of it behind the name in brackets: user and system time. */
  private static final int USER_TIME = 11;

  private static final int SYSTEM_TIME = 12;

  private final List<Daemon> daemons;

  IdleCost(List<Daemon> daemons) {
    this.daemons = daemons;
  }

  /** Prints the median and the most of all daemons. */
  void report(String test, int seconds) {
    List<Double> before = daemons.stream().map(IdleCost::cpuSeconds).toList();
    long began = System.nanoTime();
    Shell.pause(seconds * 1000L);
    double passed = (System.nanoTime() - began) / 1e9;
    List<Double> shares = new ArrayList<>();
    List<Double> megabytes = new ArrayList<>();
    for (int i = 0; i < daemons.size(); i++) {
      shares.add(100 * (cpuSeconds(daemons.get(i)) - before.get(i)) / passed);
      megabytes.add(residentBytes(daemons.get(i)) / 1e6);
    }
    shares.sort(null);
    megabytes.sort(null);
    System.out.printf(
        Locale.ROOT,
        "%s: %d daemons, idle for %d s: RSS p50 %.0f MB, max %.0f MB; CPU p50 %.2f %%, max %.2f %%%n",
        test,
        daemons.size(),
        seconds,
        megabytes.get(megabytes.size() / 2),
        megabytes.getLast(),
        shares.get(shares.size() / 2),
        shares.getLast());
  }

  static double cpuSeconds(Daemon daemon) {
    String stat = read(daemon, "stat");
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[SYSTEM_TIME]))
        / TICKS_PER_SECOND;
  }

  private static long residentBytes(Daemon daemon) {
    return read(daemon, "status")
        .lines()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
        .findFirst()
        .orElseThrow();
  }

  private static String read(Daemon daemon, String file) {
    try {
      return Files.readString(Path.of("/proc/" + daemon.pid(), file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
