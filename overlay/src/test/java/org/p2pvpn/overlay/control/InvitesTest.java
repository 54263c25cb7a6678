package org.p2pvpn.overlay.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.p2pvpn.overlay.identity.InviteToken;

final class InvitesTest {
  private static final Duration LIFE = Duration.ofMinutes(10);
  private static final long NOW = 1_700_000_000_000L;
  private static final long END = NOW + LIFE.toMillis();

  @TempDir private Path folder;

  private Invites open() {
    return new Invites(folder.resolve("invites"), new SecureRandom());
  }

  @Test
  void anInviteAdmitsOnce() {
    Invites invites = open();
    byte[] token = invites.issue(LIFE, false, NOW).toBytes();
    assertThat(invites.redeem(token, NOW)).isTrue();
    assertThat(invites.redeem(token, NOW)).isFalse();
  }

  @Test
  void aReusableInviteAdmitsUntilItEnds() {
    Invites invites = open();
    byte[] token = invites.issue(LIFE, true, NOW).toBytes();
    assertThat(invites.redeem(token, NOW)).isTrue();
    assertThat(invites.redeem(token, END)).isTrue();
    assertThat(invites.redeem(token, END + 1)).isFalse();
  }

  @Test
  void aTokenThatWasNeverGivenOutAdmitsNobody() {
    Invites invites = open();
    invites.issue(LIFE, true, NOW);
    assertThat(invites.redeem(new byte[InviteToken.BYTES], NOW)).isFalse();
    assertThat(invites.redeem(InviteToken.random(new SecureRandom()).toBytes(), NOW)).isFalse();
  }

  @Test
  void invitesOutliveARestart() {
    Invites before = open();
    byte[] once = before.issue(LIFE, false, NOW).toBytes();
    byte[] reusable = before.issue(LIFE, true, NOW).toBytes();
    Invites after = open();
    assertThat(after.redeem(once, NOW)).isTrue();
    assertThat(after.redeem(reusable, NOW)).isTrue();
    assertThat(after.redeem(reusable, NOW)).isTrue();
  }

  @Test
  void aSpentInviteStaysSpentAfterARestart() {
    Invites before = open();
    byte[] token = before.issue(LIFE, false, NOW).toBytes();
    assertThat(before.redeem(token, NOW)).isTrue();
    assertThat(open().redeem(token, NOW)).isFalse();
  }

  @Test
  void anExpiredInviteLeavesTheFile() throws IOException {
    Invites invites = open();
    invites.issue(LIFE, false, NOW);
    assertThat(invites.redeem(new byte[InviteToken.BYTES], END + 1)).isFalse();
    assertThat(folder.resolve("invites")).hasContent("");
    assertThat(Files.size(folder.resolve("invites"))).isZero();
  }

  @Test
  void theOldestEndsEarlyWhenThereAreTooMany() {
    Invites invites = open();
    byte[] first = invites.issue(LIFE, true, NOW).toBytes();
    byte[] second = invites.issue(LIFE, true, NOW).toBytes();
    for (int i = 0; i < 255; i++) {
      invites.issue(LIFE, true, NOW);
    }
    assertThat(invites.redeem(first, NOW)).isFalse();
    assertThat(invites.redeem(second, NOW)).isTrue();
  }

  @Test
  void whatHasExpiredMakesRoomBeforeTheOldestThatHolds() {
    Invites invites = open();
    byte[] holds = invites.issue(LIFE.multipliedBy(9), true, NOW).toBytes();
    for (int i = 0; i < 255; i++) {
      invites.issue(LIFE, true, NOW);
    }
    invites.issue(LIFE, true, END + 1);
    assertThat(invites.redeem(holds, END + 1)).isTrue();
  }

  @Test
  void aBrokenLineCostsThatLineOnly() throws IOException {
    Invites before = open();
    byte[] token = before.issue(LIFE, false, NOW).toBytes();
    Path file = folder.resolve("invites");
    Files.writeString(file, "\n*** 1 once\nAAAA x once\nAAAA 5\n" + Files.readString(file));
    assertThat(open().redeem(token, NOW)).isTrue();
  }

  @Test
  void worksFromMemoryWhenTheFolderCannotBeWritten() {
    Invites invites = new Invites(folder.resolve("missing/invites"), new SecureRandom());
    byte[] token = invites.issue(LIFE, false, NOW).toBytes();
    assertThat(invites.redeem(token, NOW)).isTrue();
    assertThat(invites.redeem(token, NOW)).isFalse();
  }
}
