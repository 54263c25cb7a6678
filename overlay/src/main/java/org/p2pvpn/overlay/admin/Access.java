package org.p2pvpn.overlay.admin;

/** What a connection may ask for, by the credentials the kernel names. */
enum Access {
  /** Let in by the socket's group: may look. */
  READ,
  /** Root, or the user the daemon runs as. */
  CHANGE;

  static Access of(int peerUid, int daemonUid) {
    return peerUid == 0 || peerUid == daemonUid ? CHANGE : READ;
  }
}
