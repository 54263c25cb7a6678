package org.p2pvpn.overlay.host;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Makes changes to this machine and takes them back.
 *
 * <p>A plan is all or nothing: it is journalled, then made in order; when one change fails, those
 * of the same plan made before it are undone and the first failure is thrown. Not thread-safe, and
 * one owner at a time: the daemon, or after its death whoever cleans up.
 */
public final class Host {
  /** Where the journal goes on when the state folder cannot be written. */
  private static final Path RUN_FOLDER = Path.of("/run/p2pvpn");

  private final HostJournal journal;
  private final HostCommands commands;
  private final HostHome home;
  private final Undo undo;

  Host(HostJournal journal, HostCommands commands, HostHome home) {
    this.journal = journal;
    this.commands = commands;
    this.home = home;
    this.undo = new Undo(commands);
    journal.outstanding(); // continues its numbering
  }

  /** {@code notice} hears, once, that the journal could not be kept in the state folder. */
  public static Host open(Path stateFolder, Consumer<String> notice) {
    return open(stateFolder, RUN_FOLDER, notice);
  }

  static Host open(Path stateFolder, Path runFolder, Consumer<String> notice) {
    HostHome home = HostHome.current();
    return new Host(
        new HostJournal(stateFolder, runFolder, home.namespace(), notice),
        new HostCommands(),
        home);
  }

  public void apply(List<HostChange> plan) {
    List<JournalEntry> entries = new ArrayList<>();
    for (HostChange change : plan) {
      if (!isSoAlready(change)) {
        entries.add(
            new JournalEntry(
                journal.nextSequence(), home.boot(), home.namespace(), change, capture(change)));
      }
    }
    if (entries.isEmpty()) {
      return;
    }
    List<JournalEntry> earlier = journal.outstanding();
    journal.append(entries);
    int made = 0;
    try {
      while (made < entries.size()) {
        made = makeFrom(entries, made);
      }
    } catch (IpBatch.Stopped stopped) {
      rollBack(entries, made + stopped.made(), earlier);
      throw stopped.failure();
    } catch (HostException e) {
      rollBack(entries, made, earlier);
      throw e;
    }
    journal.markUndone(replaced(earlier, entries));
  }

  /** Takes back what a plan changed, last change first; what is not in force is skipped. */
  public List<String> undo(List<HostChange> plan) {
    Set<HostChange> wanted = new HashSet<>(plan);
    return takeBack(inForce().stream().filter(entry -> wanted.contains(entry.change())).toList());
  }

  /** Takes back everything, the kill switch last; answers with a sentence for each obstacle. */
  public List<String> undoAll() {
    return takeBack(inForce());
  }

  /** For a service that died: traffic stays blocked until it is up again or told `down`. */
  public List<String> undoAllButKillSwitch() {
    return undoAllBut(HostPlan::isKillSwitch);
  }

  /** What {@code stays} is left in force. */
  public List<String> undoAllBut(Predicate<HostChange> stays) {
    return takeBack(inForce().stream().filter(entry -> !stays.test(entry.change())).toList());
  }

  /** The changes in force, oldest first. */
  public List<HostChange> changes() {
    return inForce().stream().map(JournalEntry::change).toList();
  }

  private List<String> takeBack(List<JournalEntry> entries) {
    Undo.Outcome outcome = undo.run(entries);
    journal.markUndone(outcome.undone());
    return outcome.obstacles();
  }

  /** Forgets what went with its boot or namespace; refuses what lives in another namespace. */
  private List<JournalEntry> inForce() {
    List<JournalEntry> here = new ArrayList<>();
    List<JournalEntry> gone = new ArrayList<>();
    for (JournalEntry entry : journal.outstanding()) {
      boolean sameBoot = entry.boot().equals(home.boot());
      if (sameBoot && !entry.namespace().equals(home.namespace())) {
        if (!HostHome.isGone(entry.namespace())) {
          throw new HostException(
              "host journal: made in network namespace %s, and this is %s; clean up there, or use another state folder"
                  .formatted(entry.namespace(), home.namespace()),
              "p2pvpn cleanup --state OTHER");
        }
        sameBoot = false;
      }
      boolean outlivesTheKernel =
          entry.change() instanceof HostChange.Resolver resolver && !resolver.bySystemdResolved();
      (sameBoot || outlivesTheKernel ? here : gone).add(entry);
    }
    journal.markUndone(gone);
    return here;
  }

  /** Makes the change at {@code index}, or as many consecutive ones as one process can. */
  private int makeFrom(List<JournalEntry> entries, int index) throws IpBatch.Stopped {
    switch (entries.get(index).change()) {
      case HostChange.IpChange first -> {
        int end = IpBatch.end(entries, index);
        IpBatch.make(commands, entries.subList(index, end), first.needsIpv6Option());
        return end;
      }
      case HostChange.NftTable _ -> {
        // Consecutive tables are one transaction, and one process: a start is to be quick.
        StringBuilder script = new StringBuilder();
        int end = index;
        while (end < entries.size()
            && entries.get(end).change() instanceof HostChange.NftTable table) {
          script.append(table.script());
          end++;
        }
        commands.require(List.of("nft", "-f", "-"), script.toString());
        return end;
      }
      case HostChange.Sysctl sysctl -> Sysctls.write(sysctl.path(), sysctl.value());
      case HostChange.Resolver resolver -> setResolver(resolver);
    }
    return index + 1;
  }

  private void setResolver(HostChange.Resolver resolver) {
    if (resolver.bySystemdResolved()) {
      for (String command : resolver.commands()) {
        commands.require(List.of(command.split(" ")), "");
      }
      return;
    }
    try {
      ResolverFile.swap(resolver);
    } catch (IOException e) {
      throw new HostException(
          resolver.file() + ": cannot be written: " + e, "ls -l " + resolver.file(), e);
    }
  }

  private Map<String, String> capture(HostChange change) {
    return switch (change) {
      case HostChange.LinkSettings link -> LinkState.capture(commands, link.link());
      case HostChange.Sysctl sysctl -> Sysctls.capture(sysctl);
      case HostChange.Resolver resolver when !resolver.bySystemdResolved() -> {
        try {
          yield ResolverFile.capture(resolver.file());
        } catch (IOException e) {
          throw new HostException(
              resolver.file() + ": cannot be read: " + e, "ls -l " + resolver.file(), e);
        }
      }
      case HostChange.Resolver _,
          HostChange.Address _,
          HostChange.Route _,
          HostChange.Rule _,
          HostChange.NftTable _ ->
          Map.of();
    };
  }

  /** A setting that holds already is not ours to put back. */
  private static boolean isSoAlready(HostChange change) {
    return change instanceof HostChange.Sysctl sysctl
        && sysctl.value().equals(Sysctls.read(sysctl.path()));
  }

  /** What failed was not made: undoing it could hit somebody else's equal entry. */
  private void rollBack(List<JournalEntry> entries, int made, List<JournalEntry> earlier) {
    List<JournalEntry> done = entries.subList(0, made);
    Set<String> restored = new HashSet<>();
    // A table that replaced an older one of ours: the older one comes back at once, not a hole.
    for (JournalEntry old : replaced(earlier, done)) {
      if (old.change() instanceof HostChange.NftTable table) {
        commands.run(List.of("nft", "-f", "-"), table.script());
        restored.add(tableName(table));
      }
    }
    Undo.Outcome outcome =
        undo.run(
            done.stream().filter(entry -> !restored.contains(tableName(entry.change()))).toList());
    List<JournalEntry> over = new ArrayList<>(outcome.undone());
    done.stream().filter(entry -> restored.contains(tableName(entry.change()))).forEach(over::add);
    over.addAll(entries.subList(made, entries.size()));
    journal.markUndone(over);
  }

  private static List<JournalEntry> replaced(List<JournalEntry> earlier, List<JournalEntry> by) {
    Set<String> names = new HashSet<>();
    by.forEach(entry -> names.add(tableName(entry.change())));
    names.remove("");
    return earlier.stream().filter(entry -> names.contains(tableName(entry.change()))).toList();
  }

  private static String tableName(HostChange change) {
    return change instanceof HostChange.NftTable table ? table.family() + " " + table.name() : "";
  }
}
