package org.p2pvpn.noise;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TimestampStoreTest {
  private static final long NOW = Pair.TIMESTAMP;
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final byte[] PEER = Pair.ALICE.staticKey();
  private static final byte[] OTHER_PEER = Pair.BOB.staticKey();

  @TempDir Path folder = Path.of("");
  private Path file = Path.of("");
  private final List<String> troubles = new ArrayList<>();

  @BeforeEach
  void nameTheFile() {
    file = folder.resolve("timestamps");
  }

  private TimestampStore open(long wallNanos) {
    return TimestampStore.open(file, wallNanos, troubles::add);
  }

  @Test
  void neverGivesATimestampTwiceThoughTheClockStandsOrGoesBack() {
    TimestampStore store = open(NOW);
    long last = 0;
    long[] clocks = {NOW, NOW, NOW - 1000 * SECOND, NOW - 1, NOW + SECOND, 0, NOW + SECOND};
    for (long clock : clocks) {
      long next = store.next(clock);
      assertThat(next).isGreaterThan(last);
      last = next;
    }
    assertThat(troubles).isEmpty();
  }

  @Test
  void goesOnAboveTheLastTimestampAfterACrashAndAClockSetBack() {
    TimestampStore store = open(NOW);
    long last = 0;
    for (int i = 0; i < 10; i++) {
      last = store.next(NOW + i * 10L * SECOND);
    }
    assertThat(open(NOW - 3600 * SECOND).next(NOW - 3600 * SECOND)).isGreaterThan(last);
  }

  @Test
  void givesBackWhatItReservedWhenItIsClosed() {
    long last;
    try (TimestampStore store = open(NOW)) {
      last = store.next(NOW);
    }
    assertThat(open(NOW).next(NOW)).isEqualTo(last + 1);
  }

  @Test
  void writesOnceForManyTimestamps() throws Exception {
    TimestampStore store = open(NOW);
    long _ = store.next(NOW);
    Files.delete(file);
    for (int i = 0; i < 50; i++) {
      long _ = store.next(NOW + i * SECOND);
    }
    assertThat(file).doesNotExist();
    long _ = store.next(NOW + 61 * SECOND);
    assertThat(file).exists();
  }

  @Test
  void isReadableForItsOwnerOnly() throws Exception {
    open(NOW).close();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void refusesATimestampThatIsNotNewer() {
    TimestampStore store = open(NOW);
    assertThat(store.accept(PEER, 5, NOW)).isTrue();
    assertThat(store.accept(PEER, 5, NOW)).isFalse();
    assertThat(store.accept(PEER, 4, NOW)).isFalse();
    assertThat(store.isNewer(PEER, 5)).isFalse();
    assertThat(store.isNewer(PEER, 6)).isTrue();
    assertThat(store.accept(OTHER_PEER, 1, NOW)).isTrue();
    assertThat(store.accept(PEER, 6, NOW)).isTrue();
  }

  @Test
  void refusesAReplayAfterARestart() {
    TimestampStore store = open(NOW);
    assertThat(store.accept(PEER, 5, NOW)).isTrue();
    assertThat(store.accept(OTHER_PEER, 9, NOW + SECOND / 2)).isTrue();
    store.flush(NOW + 2 * SECOND);
    TimestampStore restarted = open(NOW + 3 * SECOND);
    assertThat(restarted.isNewer(PEER, 5)).isFalse();
    assertThat(restarted.isNewer(OTHER_PEER, 9)).isFalse();
    assertThat(restarted.isNewer(PEER, 6)).isTrue();
  }

  @Test
  void forgetsThePeerHeardLeastRecently() {
    TimestampStore store = open(NOW);
    byte[] key = new byte[32];
    for (int i = 0; i < TimestampStore.PEERS_MAX; i++) {
      HandshakeWire.putInt(key, 0, i);
      assertThat(store.accept(key, 7, NOW)).isTrue();
    }
    HandshakeWire.putInt(key, 0, 0);
    assertThat(store.accept(key, 8, NOW)).isTrue();
    assertThat(store.accept(PEER, 1, NOW)).isTrue();
    assertThat(store.isNewer(key, 8)).as("heard again, kept").isFalse();
    HandshakeWire.putInt(key, 0, 1);
    assertThat(store.isNewer(key, 7)).as("the eldest, forgotten").isTrue();
    store.close();
    assertThat(open(NOW).isNewer(PEER, 1)).isFalse();
    assertThat(troubles).isEmpty();
  }

  @Test
  void worksFromMemoryWhileTheFolderCannotBeWrittenAndSaysSoOnce() throws Exception {
    file = folder.resolve("missing").resolve("timestamps");
    TimestampStore store = open(NOW);
    for (int i = 0; i < 5; i++) {
      long _ = store.next(NOW + i * 100L * SECOND);
      assertThat(store.accept(PEER, i, NOW + i * 100L * SECOND)).isTrue();
    }
    assertThat(troubles).hasSize(1);
    assertThat(troubles.getFirst()).startsWith(file + ": cannot write: ");
    assertThat(store.persistent()).isFalse();
    Files.createDirectory(folder.resolve("missing"));
    store.flush(NOW + 1000 * SECOND);
    assertThat(store.persistent()).isTrue();
    assertThat(open(NOW).isNewer(PEER, 4)).isFalse();
  }

  @Test
  void setsADamagedFileAsideAndGoesOn() throws Exception {
    try (TimestampStore store = open(NOW)) {
      assertThat(store.accept(PEER, 5, NOW)).isTrue();
    }
    byte[] content = Files.readAllBytes(file);
    for (int i = 0; i < content.length; i++) {
      byte[] damaged = content.clone();
      damaged[i] ^= 1;
      expectSetAside(damaged);
      expectSetAside(Arrays.copyOf(content, i));
    }
    expectSetAside(new byte[1 << 20]);
  }

  private void expectSetAside(byte[] damaged) throws IOException {
    Files.write(file, damaged);
    troubles.clear();
    TimestampStore store = open(NOW);
    assertThat(store.next(NOW)).isGreaterThanOrEqualTo(NOW);
    assertThat(troubles).hasSize(1);
    assertThat(troubles.getFirst()).contains("is damaged; kept as");
    assertThat(Files.readAllBytes(folder.resolve("timestamps.damaged"))).isEqualTo(damaged);
  }
}
