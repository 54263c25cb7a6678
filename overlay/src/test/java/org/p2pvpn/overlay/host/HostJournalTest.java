package org.p2pvpn.overlay.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostJournalTest {
  private static final List<HostChange> EVERY_KIND =
      List.of(
          new HostChange.LinkSettings("t", 1400, 3, "none", true),
          new HostChange.Address("t", "fd70::1"),
          new HostChange.Route("::/0", "t", "fd70::1", 28790, 5),
          new HostChange.Rule(true, 5, "not fwmark 1 table 2"),
          new HostChange.NftTable("inet", "p2pvpn", "  chain \"x\" {\n  }\n"),
          new HostChange.Sysctl("net/ipv4/ip_forward", "1"),
          new HostChange.Resolver("t", List.of("1.1.1.1", "::1"), Path.of("/etc/r"), false));

  @TempDir Path folder;

  @Test
  void everyKindOfChangeIsReadBackAsItWasWritten() {
    List<JournalEntry> written = writeAll(journal("state"));
    assertThat(journal("state").outstanding()).isEqualTo(written);
  }

  @Test
  void cutAtEveryByteItKeepsTheWholeLinesAndGoesOn() throws IOException {
    List<JournalEntry> written = writeAll(journal("state"));
    byte[] whole = Files.readAllBytes(file("state"));
    for (int length = 0; length <= whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      Files.write(file("state"), cut);
      int lines =
          (int) new String(cut, StandardCharsets.UTF_8).chars().filter(c -> c == '\n').count();
      HostJournal journal = journal("state");
      assertThat(journal.outstanding()).isEqualTo(written.subList(0, lines));

      JournalEntry next = entry(journal, EVERY_KIND.getFirst());
      journal.append(List.of(next));
      List<JournalEntry> expected = new ArrayList<>(written.subList(0, lines));
      expected.add(next);
      assertThat(journal("state").outstanding()).isEqualTo(expected);
    }
  }

  @Test
  void theFileGoesWithTheLastUndo() {
    HostJournal journal = journal("state");
    List<JournalEntry> written = writeAll(journal);
    journal.markUndone(written.subList(1, written.size()));
    assertThat(journal("state").outstanding()).containsExactly(written.getFirst());
    journal.markUndone(written.subList(0, 1));
    assertThat(file("state")).doesNotExist();
  }

  @Test
  void anUnwritableStateFolderIsSaidOnceAndTheJournalGoesOn() throws IOException {
    Files.writeString(folder.resolve("state"), "in the way");
    List<String> notices = new ArrayList<>();
    HostJournal journal =
        new HostJournal(folder.resolve("state"), folder.resolve("run"), "net:[7]", notices::add);
    List<JournalEntry> written = writeAll(journal);
    journal.append(List.of(entry(journal, EVERY_KIND.getFirst())));
    assertThat(notices).hasSize(1);

    Files.delete(folder.resolve("state"));
    HostJournal later = journal("state");
    later.outstanding();
    later.markUndone(written);
    assertThat(journal("state").outstanding()).hasSize(1);
  }

  @Test
  void aYearOfReplacementsStaysShort() throws IOException {
    HostJournal journal = journal("state");
    JournalEntry kept = entry(journal, EVERY_KIND.getFirst());
    journal.append(List.of(kept));
    HostChange table = new HostChange.NftTable("inet", "p2pvpn", "x".repeat(60_000));
    for (int i = 0; i < 20; i++) {
      JournalEntry replaced = entry(journal, table);
      journal.append(List.of(replaced));
      journal.markUndone(List.of(replaced));
    }
    assertThat(Files.size(file("state"))).isLessThan(400_000);
    assertThat(journal("state").outstanding()).containsExactly(kept);
  }

  private HostJournal journal(String state) {
    return new HostJournal(
        folder.resolve(state),
        folder.resolve("run"),
        "net:[7]",
        notice -> {
          throw new AssertionError(notice);
        });
  }

  private Path file(String state) {
    return folder.resolve(state).resolve("host-journal.jsonl");
  }

  private static List<JournalEntry> writeAll(HostJournal journal) {
    List<JournalEntry> entries = EVERY_KIND.stream().map(change -> entry(journal, change)).toList();
    journal.append(entries);
    return entries;
  }

  private static JournalEntry entry(HostJournal journal, HostChange change) {
    return new JournalEntry(
        journal.nextSequence(), "boot", "net:[7]", change, Map.of("mtu", "1500"));
  }
}
