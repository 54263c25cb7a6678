package org.p2pvpn.overlay.discovery.advert;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AdvertFileTest {
  @TempDir Path folder;
  private Path file = Path.of("");
  private final AdvertBook book = new AdvertBook(Sample.id(0));

  @BeforeEach
  void aBookOfTwo() {
    file = folder.resolve("adverts");
    take(book, Sample.advert(1, 5), 1);
    take(book, Sample.advert(2, 6), 3);
    book.noteOwn(77, Sample.NOW + 900);
  }

  private static AdvertCheck.Outcome take(AdvertBook book, SignedAdvert advert, int from) {
    AdvertCheck check =
        new AdvertCheck(AdvertRules.INTERNET, book, new VerifyBudget(0), new AdvertCounters());
    return check.take(advert.toBytes(), Sample.id(from), null, Sample.MOMENT);
  }

  private AdvertBook restarted(long nowSeconds) {
    AdvertBook restarted = new AdvertBook(Sample.id(0));
    restarted.restore(AdvertFile.load(file), nowSeconds);
    return restarted;
  }

  @Test
  void aRestartKnowsWhatTheLastRunKnew() throws IOException {
    AdvertFile.save(file, book.content());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    AdvertBook restarted = restarted(Sample.NOW);
    book.publish();
    assertThat(restarted.snapshot().live(Sample.NOW))
        .containsExactlyInAnyOrderElementsOf(book.snapshot().live(Sample.NOW));
    assertThat(restarted.highestSequence(Sample.id(0))).isEqualTo(77);
  }

  @Test
  void aRestartAllowsNoRollback() {
    AdvertFile.save(file, book.content());
    AdvertBook restarted = restarted(Sample.NOW + 100_000);
    assertThat(take(restarted, Sample.advert(1, 4), 1))
        .extracting(outcome -> ((AdvertCheck.Refused) outcome).why())
        .isEqualTo(AdvertRefusal.BEHIND);
    assertThat(restarted.snapshot().anchors(Sample.NOW + 100_000))
        .extracting(KnownAdvert::id)
        .containsExactly(Sample.id(1));
  }

  @Test
  void noFileIsAnEmptyBook() {
    assertThat(restarted(Sample.NOW).snapshot().size()).isZero();
  }

  @Test
  void aTornFileIsSetAsideAndCostsWhatItHeld() throws IOException {
    AdvertFile.save(file, book.content());
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length += 7) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThat(restarted(Sample.NOW).snapshot().size()).isZero();
      assertThat(file).doesNotExist();
      assertThat(folder.resolve("adverts.damaged")).exists();
    }
  }

  @Test
  void aFlippedBitAnywhereIsSeen() {
    byte[] whole = AdvertFile.encode(book.content());
    assertThat(AdvertFile.decode(whole)).isNotNull();
    for (int at = 0; at < whole.length; at++) {
      byte[] flipped = whole.clone();
      flipped[at] ^= 4;
      assertThat(AdvertFile.decode(flipped)).isNull();
    }
  }

  @Test
  void aForeignFileIsNotReadAndAnUnwritableFolderStopsNothing() throws IOException {
    Files.writeString(file, "p2pvpn times 1\n\n and so on");
    assertThat(AdvertFile.load(file).adverts()).isEmpty();
    AdvertFile.save(folder.resolve("no/such/folder"), book.content());
    assertThat(AdvertFile.load(folder).adverts()).isEmpty();
  }
}
