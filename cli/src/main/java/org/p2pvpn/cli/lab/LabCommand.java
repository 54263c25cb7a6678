package org.p2pvpn.cli.lab;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.control.ControlException;
import org.p2pvpn.overlay.host.HostCommands;
import org.p2pvpn.overlay.host.HostException;
import org.p2pvpn.overlay.host.Requirements;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code p2pvpn lab}. */
@Command(
    name = "lab",
    sortOptions = false,
    header = {
      "Shows it all on this one machine, in namespaces that are gone afterwards.",
      "",
      "Examples:",
      "  sudo p2pvpn lab                        until q or Ctrl-C",
      "  sudo p2pvpn lab --duration 10s --json  for machines",
      "  sudo p2pvpn lab --hops 3               two relays before the exit; 1: no circuits",
      "  sudo p2pvpn lab --nodes 12 --hops 5 --delay 40ms --loss 2%%",
      "                                         an emulated internet between them",
      "  sudo p2pvpn lab --keep                 leaves it running, to look around in",
      "  sudo p2pvpn lab --clean                removes what killed or kept labs left",
      ""
    },
    footer = {
      "",
      "Real daemons, TUN devices and traffic: alice talks to bob, and by an exit",
      "to a site; then by a relay, which is killed. Touches nothing of this machine's",
      "own network.",
      "Exit code 0 only when all was right."
    })
public final class LabCommand implements Callable<Integer> {
  private static final Duration UNATTENDED = Duration.ofSeconds(5);
  private static final int EXIT_FAILURE = 1;
  private static final int EXIT_USAGE = 2;
  private static final int EXIT_MISSING = 69;
  private static final int EXIT_NEEDS_ROOT = 77;

  /** Ours: a signal reaches the JVM and its children at the same time, but they may be quicker. */
  private static final int SIGNAL_MILLIS = 100;

  private final LabConsole console;
  private final AtomicBoolean ended = new AtomicBoolean();
  private @Nullable CircuitFacts facts;

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      description = "Of the first traffic. Default: 5s; on a terminal the last goes on until q.")
  private @Nullable Duration duration;

  @Option(
      names = "--hops",
      paramLabel = "N",
      defaultValue = "2",
      description =
          "Of the circuits, 1 to 3; with 1 there are none. With --nodes 2 to 5. Default: 2.")
  private int hops = 2;

  @Mixin private EmulatedShape shape = new EmulatedShape();

  @Option(names = "--json", description = "Events and a result, a JSON object a line.")
  private boolean json;

  @Option(names = "--keep", description = "Leave namespaces and daemons when it ends.")
  private boolean keep;

  @Option(names = "--clean", description = "Only remove what labs that ended have left.")
  private boolean clean;

  public LabCommand(LabConsole console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    checkFlags();
    HostCommands commands = new HostCommands();
    requireAll(commands);
    try {
      return clean ? cleanUp(commands) : shape.isAsked() ? runEmulated() : run();
    } catch (HostException e) {
      throw new ControlException(EXIT_FAILURE, String.valueOf(e.getMessage()), e.next());
    } catch (IOException e) {
      throw new ControlException(EXIT_FAILURE, "lab: " + e, "p2pvpn lab --clean");
    }
  }

  private void checkFlags() {
    if (shape.isAsked()) {
      shape.nodes(hops);
      shape.link();
      shape.nat();
      if (keep) {
        throw new ControlException(
            EXIT_USAGE,
            "--keep: an emulated internet ends with its process",
            "leave out --keep, or --nodes and what shapes it");
      }
    } else if (hops < 1 || hops > Topology.HOPS_MAX) {
      throw new ControlException(
          EXIT_USAGE,
          "--hops: %d: must be 1-%d".formatted(hops, Topology.HOPS_MAX),
          hops > Topology.HOPS_MAX
              ? "p2pvpn lab --nodes %d --hops %d".formatted(2 * hops, hops)
              : "");
    }
  }

  private List<Check> withCircuits(Lab lab, LabRun run, LabOutput output)
      throws IOException, InterruptedException {
    AtomicBoolean asked = keys();
    List<Check> checks = new ArrayList<>(run.watch(after(asked)));
    CircuitRun circuits = new CircuitRun(lab, output);
    checks.addAll(circuits.run());
    facts = circuits.facts();
    if (console.interactive() && duration == null) {
      circuits.watch(asked::get);
    }
    checks.addAll(run.still());
    return checks;
  }

  private int cleanUp(HostCommands commands) {
    List<LabPlace> removed = new LabClean(commands).removeDead(true);
    removed.forEach(place -> console.out().println("removed the lab " + place.pid()));
    if (removed.isEmpty()) {
      console.out().println("nothing to remove");
    }
    return removed.stream().allMatch(LabClean::isGone) ? 0 : EXIT_FAILURE;
  }

  private int run() throws IOException, InterruptedException {
    LabOutput output = output();
    Lab lab = new Lab(output, keep, hops);
    return run(
        output,
        lab::close,
        lab::isGone,
        checks -> {
          lab.start();
          LabRun run = new LabRun(lab, output);
          run.begin();
          checks.addAll(hops == 1 ? run.watch(over()) : withCircuits(lab, run, output));
          if (keep) {
            howToLookAround(output, lab.place());
          }
          return lab.snapshot(List.of()).with(facts);
        });
  }

  private int runEmulated() throws IOException, InterruptedException {
    LabOutput output = output();
    EmulatedLab lab = new EmulatedLab(output, shape, hops);
    return run(
        output,
        lab::close,
        lab::isGone,
        checks -> {
          lab.start();
          CircuitRun circuits = new CircuitRun(lab, output);
          checks.addAll(circuits.run());
          facts = circuits.facts();
          AtomicBoolean asked = keys();
          if (duration != null || console.interactive()) {
            circuits.watch(duration == null ? asked::get : after(asked));
          }
          checks.addAll(lab.still());
          return lab.snapshot(List.of()).with(circuits.times()).with(facts);
        });
  }

  /** From a lab's start to its last word; what is looked at goes into the list. */
  private interface Course {
    LabSnapshot run(List<Check> checks) throws IOException, InterruptedException;
  }

  private int run(LabOutput output, Closing lab, BooleanSupplier isGone, Course course)
      throws IOException, InterruptedException {
    AtomicBoolean interrupted = new AtomicBoolean();
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> endBySignal(lab, isGone, interrupted), "lab-end"));
    List<Check> checks = new ArrayList<>();
    LabSnapshot last;
    try (lab) {
      last = course.run(checks);
    } catch (RuntimeException e) {
      waitIfInterrupted(interrupted);
      throw e;
    }
    waitIfInterrupted(interrupted);
    ended.set(true);
    if (!keep) {
      checks.add(
          new Check("removed", isGone.getAsBoolean(), "no namespace, process or file is left"));
    }
    boolean passed = checks.stream().allMatch(Check::passed);
    output.end(last, checks, passed);
    return passed ? 0 : EXIT_FAILURE;
  }

  /** A lab of either kind; its end throws nothing. */
  private interface Closing extends AutoCloseable {
    @Override
    void close();
  }

  /** Runs in every end of the JVM; after a lab that ended by itself there is nothing to do. */
  private void endBySignal(Closing lab, BooleanSupplier isGone, AtomicBoolean interrupted) {
    interrupted.set(true);
    lab.close();
    if (!ended.get() && !keep && !json && isGone.getAsBoolean()) {
      console.out().println("interrupted; everything is removed");
    }
  }

  /** Ctrl-C reaches our children, too: their end is not a failure then, and the JVM's is near. */
  private static void waitIfInterrupted(AtomicBoolean interrupted) throws InterruptedException {
    Thread.sleep(SIGNAL_MILLIS);
    if (interrupted.get()) {
      Thread.sleep(Duration.ofMinutes(1));
    }
  }

  private void howToLookAround(LabOutput output, LabPlace place) {
    String alice = place.namespace(Topology.ALICE);
    output.note("it still runs; look around: ip netns exec " + alice + " ip addr");
    output.note(
        "p2pvpn status --socket %s/alice/sock; remove it: p2pvpn lab --clean"
            .formatted(place.folder()));
  }

  private BooleanSupplier over() {
    AtomicBoolean asked = keys();
    return duration == null && console.interactive() ? asked::get : after(asked);
  }

  /** Becomes true when somebody who can type wants the end. */
  private AtomicBoolean keys() {
    AtomicBoolean asked = new AtomicBoolean();
    if (console.interactive()) {
      Thread.ofPlatform().daemon().name("keys").start(() -> readKeys(asked));
    }
    return asked;
  }

  private BooleanSupplier after(AtomicBoolean asked) {
    Duration length = duration;
    long end = System.nanoTime() + (length == null ? UNATTENDED : length).toNanos();
    return () -> asked.get() || System.nanoTime() - end >= 0;
  }

  private void readKeys(AtomicBoolean asked) {
    try {
      for (@Nullable String line = console.in().readLine();
          line != null;
          line = console.in().readLine()) {
        if (line.strip().equals("q")) {
          asked.set(true);
          return;
        }
      }
    } catch (IOException _) {
      // No more keys; Ctrl-C still ends it.
    }
  }

  private LabOutput output() {
    LabText text = new LabText(console.look().utf8(), console.look().color());
    if (json) {
      return new JsonOutput(console.out());
    }
    return console.terminal()
        ? new TerminalOutput(console.out(), text)
        : new PlainOutput(console.out(), text);
  }

  /** A namespace has an IPv6 switch of its own, so the host's does not matter. */
  private static void requireAll(HostCommands commands) {
    for (Requirements.Requirement missing : Requirements.missing(commands)) {
      switch (missing.name()) {
        case "ipv6" -> {}
        case "rights" ->
            throw new ControlException(
                EXIT_NEEDS_ROOT, "lab: needs root to make network namespaces", "sudo p2pvpn lab");
        default ->
            throw new ControlException(EXIT_MISSING, "lab: " + missing.sentence(), missing.next());
      }
    }
  }
}
