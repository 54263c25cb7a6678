package org.p2pvpn.overlay.control;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.p2pvpn.overlay.identity.InviteToken;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The admission tokens we gave out and that still hold, kept over a restart. Lives on the control
 * thread. When the state folder cannot be written, tokens hold until the daemon ends.
 */
final class Invites {
  private static final Logger LOG = LoggerFactory.getLogger(Invites.class);

  /** Past it the oldest token that still holds ends early. */
  private static final int TOKENS_MAX = 256;

  private final Path file;
  private final SecureRandom random;
  private final List<Invite> invites = new ArrayList<>();

  private record Invite(InviteToken token, long untilEpochMillis, boolean reusable) {}

  Invites(Path file, SecureRandom random) {
    this.file = file;
    this.random = random;
    try {
      for (String line : Files.readAllLines(file)) {
        read(line);
      }
    } catch (NoSuchFileException _) {
      // None were given out yet.
    } catch (IOException e) {
      LOG.warn("{}: cannot read, invites given out before do not hold: {}", file, e.toString());
    }
  }

  InviteToken issue(Duration life, boolean reusable, long nowEpochMillis) {
    sweep(nowEpochMillis);
    if (invites.size() >= TOKENS_MAX) {
      invites.removeFirst();
    }
    InviteToken token = InviteToken.random(random);
    invites.add(new Invite(token, nowEpochMillis + life.toMillis(), reusable));
    write();
    return token;
  }

  /** Whether the token admits; one that is not reusable admits once. */
  boolean redeem(byte[] presented, long nowEpochMillis) {
    boolean expired = sweep(nowEpochMillis);
    InviteToken token = InviteToken.ofBytes(presented);
    boolean known = invites.stream().anyMatch(invite -> invite.token().equals(token));
    boolean spent = invites.removeIf(invite -> !invite.reusable() && invite.token().equals(token));
    if (expired || spent) {
      write();
    }
    return known;
  }

  /** Returns whether there were any to remove. */
  private boolean sweep(long nowEpochMillis) {
    return invites.removeIf(invite -> invite.untilEpochMillis() < nowEpochMillis);
  }

  private void read(String line) {
    String[] fields = line.split(" ", -1);
    try {
      byte[] token = Base64.getUrlDecoder().decode(fields[0]);
      invites.add(
          new Invite(
              InviteToken.ofBytes(token), Long.parseLong(fields[1]), fields[2].equals("reusable")));
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      LOG.warn("{}: a line that is no invite is ignored", file);
    }
  }

  private void write() {
    StringBuilder lines = new StringBuilder();
    for (Invite invite : invites) {
      lines
          .append(invite.token().reveal())
          .append(' ')
          .append(invite.untilEpochMillis())
          .append(invite.reusable() ? " reusable\n" : " once\n");
    }
    StateFile.replace(file, lines.toString());
  }
}
