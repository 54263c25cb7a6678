package org.p2pvpn.overlay.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.p2pvpn.overlay.identity.NodeId;
import org.p2pvpn.overlay.score.Guard;
import org.p2pvpn.overlay.score.Guards;

final class GuardBookTest {
  private static final long NOW = 1_800_000_000L;

  @TempDir private Path folder;

  private Path file() {
    return folder.resolve("guards");
  }

  private static NodeId id(int number) {
    return NodeId.parse(String.format("%064x", number));
  }

  private static Guard guard(int number) {
    return new Guard(id(number), NOW - number, 0, 0, 0, 0);
  }

  @Test
  void guardsAndTheirAgeOutliveTheRun() throws IOException {
    Guards guards = new Guards(List.of(guard(1), guard(2), guard(3)));
    GuardBook book = GuardBook.open(file());
    assertThat(book.guards()).isEqualTo(Guards.NONE);
    book.guards(guards);
    assertThat(GuardBook.open(file()).guards()).isEqualTo(guards);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
  }

  @Test
  void whoCarriedSomethingIsWrittenDownAtOnceAndWhoDidNotAnswerAtTheEnd() {
    GuardBook book = GuardBook.open(file());
    book.guards(new Guards(List.of(guard(1), guard(2))));
    book.guards(book.guards().withSuccess(id(2), NOW, new Random(1)));
    assertThat(GuardBook.open(file()).guards().sample().getFirst().id()).isEqualTo(id(2));
    book.guards(book.guards().withFailure(id(2), NOW));
    assertThat(GuardBook.open(file()).guards().sample().getFirst().failingSince()).isZero();
    book.save();
    assertThat(GuardBook.open(file()).guards()).isEqualTo(book.guards());
    assertThat(book.guards().sample().getFirst().failingSince()).isEqualTo(NOW);
  }

  @Test
  void aDamagedLineCostsThatGuardOnly() throws IOException {
    GuardBook.open(file()).guards(new Guards(List.of(guard(1), guard(2), guard(3))));
    List<String> lines = Files.readAllLines(file());
    for (String bad : List.of("", "x", lines.get(2) + " 5", lines.get(2).replace(" ", " -"))) {
      lines.set(2, bad);
      Files.write(file(), lines);
      assertThat(GuardBook.open(file()).guards().sample())
          .as(bad)
          .containsExactly(guard(1), guard(3));
    }
    lines.set(2, lines.get(1)); // the same twice
    Files.write(file(), lines);
    assertThat(GuardBook.open(file()).guards().sample()).containsExactly(guard(1), guard(3));
  }

  @Test
  void aFileOfSomethingElseIsNoFile() throws IOException {
    for (byte[] content : new byte[][] {{}, {(byte) 0xFF, 0, 1}, new byte[5000]}) {
      Files.write(file(), content);
      assertThat(GuardBook.open(file()).guards()).isEqualTo(Guards.NONE);
    }
  }

  @Test
  void moreGuardsThanOneHasAreIgnored() throws IOException {
    StringBuilder content = new StringBuilder("p2pvpn-guards 1\n");
    for (int i = 0; i < 20; i++) {
      content.append(id(i)).append(" 1 0 0 0 0\n");
    }
    Files.writeString(file(), content.toString());
    assertThat(GuardBook.open(file()).guards().sample()).hasSize(Guards.SAMPLE_MAX);
  }
}
