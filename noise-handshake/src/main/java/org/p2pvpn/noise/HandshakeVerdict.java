package org.p2pvpn.noise;

import org.jspecify.annotations.Nullable;
import org.p2pvpn.noise.suite.CurvePoint;

/** Why a handshake datagram was dropped: one constant a reason, for one counter each. */
public enum HandshakeVerdict implements Initiator.Response, Responder.Opening {
  /** Not the one length its type has. */
  WRONG_SIZE,
  /** Not the type this role reads. */
  WRONG_TYPE,
  /** Another wire version; an initiation may be answered with {@link VersionNotice#answer}. */
  OTHER_VERSION,
  /** Not a suite we know, or not the one we asked for. */
  WRONG_SUITE,
  /** A byte that must be zero is not. */
  RESERVED_NOT_ZERO,
  /** Made for another node, or damaged. */
  WRONG_MAC1,
  /** Answers an initiation that is not this one. */
  WRONG_INDEX,
  /** A public key that no X25519 yields; noise-java would compute something wrong with it. */
  NON_CANONICAL_POINT,
  /** A public key of small order: the shared secret would be known to all. */
  LOW_ORDER_POINT,
  /** Noise's tag is wrong: forged, damaged, or for a key pair that is not ours. */
  NOT_AUTHENTIC,
  /** An initiation from this node's own static key. */
  FROM_OURSELVES,
  /** The ML-KEM encapsulation key fails FIPS 203's input check. */
  INVALID_KEM_KEY,
  /** The peer's Ed25519 key did not sign its static key. */
  WRONG_BINDING,
  /** A right answer came before this one. */
  ALREADY_ANSWERED;

  /** Why a public key must not be used; null when it may. */
  static @Nullable HandshakeVerdict ofPoint(byte[] bytes, int offset) {
    if (!CurvePoint.isCanonical(bytes, offset)) {
      return NON_CANONICAL_POINT;
    }
    return CurvePoint.isLowOrder(bytes, offset) ? LOW_ORDER_POINT : null;
  }
}
