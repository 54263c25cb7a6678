package org.p2pvpn.noise;

import static org.p2pvpn.noise.HandshakeWire.COOKIE_BYTES;
import static org.p2pvpn.noise.HandshakeWire.COOKIE_NONCE_BYTES;
import static org.p2pvpn.noise.HandshakeWire.INITIATION_BYTES;
import static org.p2pvpn.noise.HandshakeWire.MAC_BYTES;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.p2pvpn.noise.suite.Blake2s;

/**
 * Under load an initiator must show that it can read at the address it sends from, before it costs
 * us a Diffie-Hellman. The cookie is a mac over that address under a secret of ours, so nothing is
 * kept for each asker. Not thread safe, one a thread.
 */
public final class CookieIssuer implements AutoCloseable {
  /** WireGuard paper, section 5.4.7. Cookies of the secret before are taken as well. */
  static final long SECRET_LIFE_NANOS = TimeUnit.SECONDS.toNanos(120);

  private static final int SECRET_BYTES = 32;

  private final byte[] ownStatic;
  private final RandomGenerator random;
  private Blake2s current;
  private Blake2s previous;
  private long currentSinceNanos;
  private final byte[] cookie = new byte[COOKIE_BYTES];
  private final byte[] expected = new byte[MAC_BYTES];
  private final byte[] given = new byte[MAC_BYTES];
  private final byte[] portBytes = new byte[2];

  /**
   * Starts with fresh secrets.
   *
   * @param random where secrets and nonces come from: a {@code SecureRandom} outside of tests
   */
  public CookieIssuer(byte[] ownStatic, RandomGenerator random, long nowNanos) {
    this.ownStatic = ownStatic.clone();
    this.random = random;
    this.current = freshSecret();
    this.previous = freshSecret();
    this.currentSinceNanos = nowNanos;
  }

  /**
   * The answer to an initiation whose mac1 is right, in place of a handshake.
   *
   * @param address 4 or 16 bytes
   */
  public byte[] cookieReply(
      byte[] initiation, int length, byte[] address, int port, long nowNanos) {
    if (length != INITIATION_BYTES) {
      throw new IllegalArgumentException("not an initiation: " + length + " bytes");
    }
    rotate(nowNanos);
    byte[] nonce = new byte[COOKIE_NONCE_BYTES];
    random.nextBytes(nonce);
    makeCookie(current, address, port);
    return CookieReply.seal(initiation, ownStatic, nonce, cookie);
  }

  /** Does the initiation carry a cookie that went to this address in the last minutes? */
  public boolean mac2Valid(byte[] initiation, int length, byte[] address, int port, long nowNanos) {
    int mac2At = length - MAC_BYTES;
    if (length != INITIATION_BYTES
        || length > initiation.length
        || HandshakeWire.isZero(initiation, mac2At, MAC_BYTES)) {
      return false;
    }
    rotate(nowNanos);
    return matches(current, initiation, mac2At, address, port)
        || matches(previous, initiation, mac2At, address, port);
  }

  private boolean matches(Blake2s secret, byte[] initiation, int mac2At, byte[] address, int port) {
    makeCookie(secret, address, port);
    Blake2s.mac(cookie).update(initiation, 0, mac2At).finish(expected, 0);
    System.arraycopy(initiation, mac2At, given, 0, MAC_BYTES);
    return MessageDigest.isEqual(expected, given);
  }

  private void makeCookie(Blake2s secret, byte[] address, int port) {
    portBytes[0] = (byte) (port >>> 8);
    portBytes[1] = (byte) port;
    secret.update(address, 0, address.length).update(portBytes, 0, 2).finish(cookie, 0);
  }

  private void rotate(long nowNanos) {
    long ageNanos = nowNanos - currentSinceNanos;
    if (ageNanos < SECRET_LIFE_NANOS) {
      return;
    }
    previous.clear();
    if (ageNanos < 2 * SECRET_LIFE_NANOS) {
      previous = current;
    } else {
      current.clear();
      previous = freshSecret();
    }
    current = freshSecret();
    currentSinceNanos = nowNanos;
  }

  private Blake2s freshSecret() {
    byte[] secret = new byte[SECRET_BYTES];
    random.nextBytes(secret);
    Blake2s mac = Blake2s.mac(secret);
    Arrays.fill(secret, (byte) 0);
    return mac;
  }

  @Override
  public void close() {
    current.clear();
    previous.clear();
  }
}
