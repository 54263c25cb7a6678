package org.p2pvpn.overlay.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StateFileTest {
  @TempDir private Path folder;

  @Test
  void replacesTheWholeContent() throws IOException {
    Path file = folder.resolve("peers");
    StateFile.replace(file, "a much longer first content\n");
    StateFile.replace(file, "short\n");
    assertThat(file).hasContent("short\n");
  }

  @Test
  void isReadableByItsOwnerOnly() throws IOException {
    Path file = folder.resolve("invites");
    StateFile.replace(file, "secret\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void leavesNothingBesideIt() throws IOException {
    StateFile.replace(folder.resolve("peers"), "x\n");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(folder.resolve("peers"));
    }
  }

  @Test
  void aLeftoverOfADeadProcessIsNoObstacle() throws IOException {
    Files.writeString(folder.resolve("peers.new"), "half a li");
    StateFile.replace(folder.resolve("peers"), "whole\n");
    assertThat(folder.resolve("peers")).hasContent("whole\n");
  }

  @Test
  void aFolderThatCannotBeWrittenStopsNothing() {
    Path file = folder.resolve("missing").resolve("peers");
    assertThatCode(() -> StateFile.replace(file, "x\n")).doesNotThrowAnyException();
    assertThat(file).doesNotExist();
  }
}
