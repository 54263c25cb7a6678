package org.p2pvpn.overlay.dataplane;

import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import org.p2pvpn.overlay.transport.DatagramReceiver;

/** Hears nothing. */
final class Deaf implements DatagramReceiver {
  @Override
  public void onDatagrams(ByteBuf datagrams, int segmentBytes, InetSocketAddress from) {}

  @Override
  public void onReadComplete() {}

  @Override
  public void onWritable() {}
}
