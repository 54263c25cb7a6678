package org.p2pvpn.overlay.host;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Takes changes back from the journal alone, last one first, the kill switch after all others.
 * Every step may already have happened, or never: whoever made the change may have died at any
 * moment.
 */
final class Undo {
  /**
   * What came of it.
   *
   * @param obstacles a sentence for each change that is still in force, or was left alone
   */
  record Outcome(List<JournalEntry> undone, List<String> obstacles) {}

  private final HostCommands commands;

  Undo(HostCommands commands) {
    this.commands = commands;
  }

  Outcome run(List<JournalEntry> entries) {
    List<JournalEntry> order = new ArrayList<>();
    for (JournalEntry entry : entries.reversed()) {
      if (!HostPlan.isKillSwitch(entry.change())) {
        order.add(entry);
      }
    }
    entries.stream().filter(entry -> HostPlan.isKillSwitch(entry.change())).forEach(order::add);
    Outcome outcome = new Outcome(new ArrayList<>(), new ArrayList<>());
    Set<String> tablesGone = new HashSet<>();
    for (int index = 0; index < order.size(); ) {
      int end = Math.max(IpBatch.end(order, index), index + 1);
      try {
        if (order.get(index).change() instanceof HostChange.IpChange change) {
          takeBackIp(order.subList(index, end), change.needsIpv6Option(), outcome);
        } else {
          takeBack(order.get(index), tablesGone, outcome);
        }
      } catch (HostException e) {
        outcome.obstacles().add(e.getMessage());
      }
      index = end;
    }
    return outcome;
  }

  private void takeBackIp(List<JournalEntry> entries, boolean ipv6, Outcome outcome) {
    List<String> lines = new ArrayList<>();
    List<JournalEntry> asked = new ArrayList<>();
    for (JournalEntry entry : entries) {
      switch (entry.change()) {
        case HostChange.LinkSettings link when entry.before().isEmpty() ->
            outcome.undone().add(entry); // A TUN: it goes with the process that holds it.
        case HostChange.LinkSettings link -> {
          lines.add(LinkState.restoringLine(link, entry.before()));
          asked.add(entry);
        }
        case HostChange.IpChange change -> {
          lines.add(change.undoIpLine());
          asked.add(entry);
        }
        case HostChange.NftTable _, HostChange.Sysctl _, HostChange.Resolver _ ->
            throw new IllegalStateException("not a change by ip");
      }
    }
    if (lines.isEmpty()) {
      return;
    }
    List<String> obstacles = IpBatch.takeBack(commands, lines, ipv6);
    for (int i = 0; i < asked.size(); i++) {
      if (obstacles.get(i).isEmpty()) {
        outcome.undone().add(asked.get(i));
      } else {
        outcome.obstacles().add(obstacles.get(i));
      }
    }
  }

  private void takeBack(JournalEntry entry, Set<String> tablesGone, Outcome outcome) {
    switch (entry.change()) {
      case HostChange.NftTable table -> {
        if (tablesGone.add(table.family() + " " + table.name())) {
          commands.require(List.of("nft", "-f", "-"), table.removal());
        }
      }
      case HostChange.Sysctl sysctl -> {
        try {
          Sysctls.restore(sysctl, entry.before());
        } catch (IOException e) {
          throw new HostException(sysctl.path() + ": cannot be put back: " + e, "", e);
        }
      }
      case HostChange.Resolver resolver -> takeBackResolver(entry, resolver, outcome);
      case HostChange.IpChange _ -> throw new IllegalStateException("changes by ip go in batches");
    }
    outcome.undone().add(entry);
  }

  private void takeBackResolver(JournalEntry entry, HostChange.Resolver resolver, Outcome outcome) {
    if (resolver.bySystemdResolved()) {
      // Fails when the link is gone, and resolved has forgotten it then.
      commands.run(List.of("resolvectl", "revert", resolver.link()), "");
      return;
    }
    try {
      String obstacle = ResolverFile.restore(resolver, entry.before());
      if (obstacle != null) {
        outcome.obstacles().add(obstacle);
      }
    } catch (IOException e) {
      throw new HostException(resolver.file() + ": cannot be put back: " + e, "", e);
    }
  }
}
