package org.p2pvpn.overlay.transport;

import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;

/** Who is told about datagrams, on the socket's own event loop. */
public interface DatagramReceiver {
  /**
   * One read: datagrams of one sender, each of {@code segmentBytes} but the last, which may be
   * shorter. The buffer is the caller's again on return.
   */
  void onDatagrams(ByteBuf datagrams, int segmentBytes, InetSocketAddress from);

  /** Nothing more to read now. */
  void onReadComplete();

  /** The socket's send queue was full and no longer is. */
  void onWritable();
}
