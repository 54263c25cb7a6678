package org.p2pvpn.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class IdentityFileTest {
  @TempDir Path folder = Path.of("");
  private Path file = Path.of("");

  @BeforeEach
  void nameTheFile() {
    file = folder.resolve("identity");
  }

  private byte[] create() throws IdentityException {
    try (Identity identity = Identity.loadOrCreate(file)) {
      return identity.nodeId();
    }
  }

  private AbstractThrowableAssert<?, ? extends Throwable> assertRefused(String cause) {
    return assertThatThrownBy(() -> Identity.loadOrCreate(file))
        .isInstanceOf(IdentityException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining(cause)
        .hasMessageContaining("; ");
  }

  @Test
  void isMadeOnceAndThenRead() throws Exception {
    byte[] nodeId = create();
    byte[] content = Files.readAllBytes(file);
    assertThat(create()).isEqualTo(nodeId);
    assertThat(Files.readAllBytes(file)).isEqualTo(content).hasSize(IdentityFile.FILE_BYTES);
  }

  @Test
  void isReadableForItsOwnerOnlyAndLeavesNothingBeside() throws Exception {
    byte[] _ = create();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rwxrwxrwx", "rw-----w-"})
  void isRefusedWhenOthersMayTouchIt(String permissions) throws Exception {
    byte[] _ = create();
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    assertRefused("accessible to others").hasMessageContaining("chmod 600 " + file);
  }

  @Test
  void isRefusedWhenItIsASymbolicLink() throws Exception {
    byte[] _ = create();
    Path moved = Files.move(file, folder.resolve("elsewhere"));
    Files.createSymbolicLink(file, moved);
    assertRefused("symbolic link");
  }

  @Test
  void isNotMadeThroughADanglingLink() throws Exception {
    Path target = folder.resolve("nowhere");
    Files.createSymbolicLink(file, target);
    assertRefused("symbolic link");
    assertThat(target).doesNotExist();
  }

  @Test
  void isRefusedWhenItIsAFolder() throws Exception {
    Files.createDirectory(file);
    assertRefused("not a regular file");
  }

  @Test
  void isRefusedWhenItsFolderIsMissing() {
    file = folder.resolve("missing").resolve("identity");
    assertRefused("cannot create");
  }

  @Test
  void isRefusedAtEveryOtherLengthAndNeverReplaced() throws Exception {
    byte[] _ = create();
    byte[] content = Files.readAllBytes(file);
    for (int length = 0; length <= content.length + 5; length++) {
      if (length != content.length) {
        byte[] other = Arrays.copyOf(content, length);
        Files.write(file, other);
        assertRefused("bytes instead of");
        assertThat(Files.readAllBytes(file)).isEqualTo(other);
      }
    }
  }

  @Test
  void isRefusedWithAnyBitFlippedAndNeverReplaced() throws Exception {
    byte[] _ = create();
    byte[] content = Files.readAllBytes(file);
    for (int bit = 0; bit < content.length * 8; bit++) {
      byte[] damaged = content.clone();
      damaged[bit / 8] ^= (byte) (1 << (bit % 8));
      Files.write(file, damaged);
      assertThatThrownBy(() -> Identity.loadOrCreate(file)).isInstanceOf(IdentityException.class);
      assertThat(Files.readAllBytes(file)).isEqualTo(damaged);
    }
  }

  @Test
  void isTheSameForDaemonsThatStartTogether() throws Exception {
    try (ExecutorService starters = Executors.newFixedThreadPool(8)) {
      for (int round = 0; round < 20; round++) {
        Files.deleteIfExists(file);
        Callable<byte[]> start = this::create;
        var started = starters.invokeAll(Collections.nCopies(8, start));
        byte[] first = started.getFirst().get();
        for (Future<byte[]> other : started) {
          assertThat(other.get()).isEqualTo(first);
        }
      }
    }
  }

  @Test
  void isRefusedWhenItBelongsToSomebodyElse() throws Exception {
    byte[] _ = create();
    try {
      Files.setAttribute(file, "unix:uid", 12345);
    } catch (IOException e) {
      Assumptions.abort("needs root to give a file away: " + e);
    }
    assertRefused("belongs to user 12345");
  }
}
