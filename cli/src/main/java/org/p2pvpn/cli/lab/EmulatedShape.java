package org.p2pvpn.cli.lab;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.cli.underlay.LinkShape;
import org.p2pvpn.cli.underlay.NatKind;
import org.p2pvpn.overlay.control.ControlException;
import picocli.CommandLine.Option;

/** The flags that make a lab of many nodes on an emulated internet, and what they mean together. */
final class EmulatedShape {
  static final int HOPS_MAX = 5;

  /** Ours: what two cores and 8 GB start; each daemon takes 130 MB. */
  static final int NODES_MAX = 60;

  private static final int EXIT_USAGE = 2;
  private static final Duration DELAY_MAX = Duration.ofSeconds(1);

  /** Ours: TCP by five hops that each lose more than this does not get anywhere in a lab's time. */
  private static final double LOSS_MAX = 0.2;

  /** Ours: the lab's own two streams are 30 Mbit/s. */
  private static final long BITS_MIN = 50_000_000;

  /** Ours: 50 ms at the slowest; more packets wait than a burst of ours has. */
  private static final int QUEUE_BYTES = 312_500;

  /** Ours: three packets at the rate of the lab's own. */
  private static final Duration HELD_BACK = Duration.ofMillis(3);

  private static final Pattern RATE = Pattern.compile("([0-9]{1,6})(k|m|g)bit");
  private static final Pattern SHARE = Pattern.compile("([0-9]{1,3}(?:\\.[0-9]{1,3})?)%");

  @Option(
      names = "--nodes",
      paramLabel = "N",
      description = "Alice, an exit and N-2 relays, on an emulated internet of their own.")
  private @Nullable Integer nodes;

  @Option(
      names = "--delay",
      paramLabel = "TIME",
      description = "One way, between any two hosts; e.g. 40ms. Default: 0.")
  private @Nullable Duration delay;

  @Option(names = "--jitter", paramLabel = "TIME", description = "Around the delay, at random.")
  private @Nullable Duration jitter;

  @Option(names = "--loss", paramLabel = "SHARE", description = "Of packets, each way; e.g. 2%%.")
  private @Nullable String loss;

  @Option(names = "--reorder", paramLabel = "SHARE", description = "Of packets that come late.")
  private @Nullable String reorder;

  @Option(
      names = "--bandwidth",
      paramLabel = "RATE",
      description = "Between any two hosts; e.g. 100mbit.")
  private @Nullable String bandwidth;

  @Option(
      names = "--nat",
      paramLabel = "KIND",
      description = "Before alice: full-cone, restricted, port-restricted, symmetric.")
  private @Nullable String nat;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "What is lost and late follows from it and the packets. Default: 1.")
  private @Nullable Long seed;

  /** Whether any of them was said, and so which lab is meant. */
  boolean isAsked() {
    return nodes != null
        || delay != null
        || jitter != null
        || loss != null
        || reorder != null
        || bandwidth != null
        || nat != null
        || seed != null;
  }

  /** How many daemons; a path and a spare beside it when nothing else was said. */
  int nodes(int hops) {
    int count = nodes == null ? 2 * hops : nodes;
    if (hops < 2 || hops > HOPS_MAX) {
      throw bad("--hops", hops, "on an emulated internet 2-" + HOPS_MAX);
    }
    if (count < 2 * hops || count > NODES_MAX) {
      throw bad(
          "--nodes",
          count,
          "with %d hops %d-%d: alice, an exit, and relays for two paths that share none"
              .formatted(hops, 2 * hops, NODES_MAX));
    }
    return count;
  }

  /** Of every pair of hosts. */
  LinkShape link() {
    Duration oneWay = within("--delay", delay, DELAY_MAX);
    Duration around = within("--jitter", jitter, DELAY_MAX);
    LinkShape shape = LinkShape.PERFECT.delay(oneWay).disorderingJitter(around);
    shape = shape.loss(share("--loss", loss)).reorder(share("--reorder", reorder), HELD_BACK);
    return bandwidth == null ? shape : shape.rate(bitsPerSecond(bandwidth), QUEUE_BYTES);
  }

  @Nullable NatKind nat() {
    if (nat == null) {
      return null;
    }
    for (NatKind kind : NatKind.values()) {
      if (name(kind).equals(nat)) {
        return kind;
      }
    }
    throw bad("--nat", nat, "full-cone, restricted, port-restricted or symmetric");
  }

  long seed() {
    return seed == null ? 1 : seed;
  }

  /** For a reader: "40 ms, 2 % loss each way; seed 7". */
  String described() {
    LinkShape shape = link();
    StringBuilder text = new StringBuilder();
    text.append("%d ms one way".formatted(shape.timing().delayNanos() / 1_000_000));
    if (shape.timing().jitterNanos() > 0) {
      text.append(" +-%d ms".formatted(shape.timing().jitterNanos() / 1_000_000));
    }
    text.append(", ").append(loss == null ? "no" : loss).append(" loss");
    if (reorder != null) {
      text.append(", ").append(reorder).append(" late");
    }
    if (bandwidth != null) {
      text.append(", ").append(bandwidth);
    }
    if (nat != null) {
      text.append(", alice behind a ").append(nat).append(" NAT");
    }
    return text.append("; seed ").append(seed()).toString();
  }

  private static String name(NatKind kind) {
    return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static Duration within(String flag, @Nullable Duration said, Duration max) {
    Duration value = said == null ? Duration.ZERO : said;
    if (value.compareTo(max) > 0) {
      throw bad(flag, value.toMillis() + "ms", "at most " + max.toMillis() + "ms");
    }
    return value;
  }

  private static double share(String flag, @Nullable String said) {
    if (said == null) {
      return 0;
    }
    Matcher matcher = SHARE.matcher(said);
    double share = matcher.matches() ? Double.parseDouble(matcher.group(1)) / 100 : -1;
    if (share < 0 || share > LOSS_MAX) {
      throw bad(flag, said, "a share such as 2%%, at most %.0f%%".formatted(100 * LOSS_MAX));
    }
    return share;
  }

  private static long bitsPerSecond(String said) {
    Matcher matcher = RATE.matcher(said);
    long bits = 0;
    if (matcher.matches()) {
      long unit =
          switch (matcher.group(2)) {
            case "k" -> 1_000L;
            case "m" -> 1_000_000L;
            default -> 1_000_000_000L;
          };
      bits = Long.parseLong(matcher.group(1)) * unit;
    }
    if (bits < BITS_MIN) {
      throw bad("--bandwidth", said, "such as 100mbit; the lab's own traffic needs 50mbit");
    }
    return bits;
  }

  private static ControlException bad(String flag, Object value, String expected) {
    return new ControlException(
        EXIT_USAGE, "%s: %s: must be %s".formatted(flag, value, expected), "p2pvpn lab --help");
  }
}
