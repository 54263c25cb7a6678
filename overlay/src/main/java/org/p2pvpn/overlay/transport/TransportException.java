package org.p2pvpn.overlay.transport;

/** The operator's or the system's fault: a port in use, a socket not permitted. */
public final class TransportException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TransportException(String message) {
    super(message);
  }

  TransportException(int port, Throwable cause) {
    super("udp port " + port + ": cannot bind: " + cause.getMessage(), cause);
  }
}
