package org.p2pvpn.overlay.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledDirectByteBuf;

/**
 * A read buffer that gives a train (UDP GRO) away whole. Netty cuts one into a slice, a message and
 * a run through the pipeline for each datagram, 45 of them a read; this buffer answers the first
 * cut with all there is, and remembers how long the datagram would have been.
 *
 * <p>Should Netty come to cut in another way, trains arrive in pieces again: slower, and right.
 */
final class TrainBuffer extends UnpooledDirectByteBuf {
  private int segmentBytes;

  TrainBuffer(int bytes) {
    super(UnpooledByteBufAllocator.DEFAULT, bytes, bytes);
  }

  /**
   * Makes the whole train readable again after Netty's cut.
   *
   * @return the length of each datagram in {@code content} but the last
   */
  static int restore(ByteBuf content) {
    if (content instanceof TrainBuffer train && train.segmentBytes > 0) {
      train.readerIndex(0);
      return train.segmentBytes;
    }
    return content.readableBytes();
  }

  @Override
  public ByteBuf clear() {
    segmentBytes = 0;
    return super.clear();
  }

  /** What was received, without the room behind it: this buffer itself, whose indexes say so. */
  @Override
  public ByteBuf retainedSlice(int index, int length) {
    return index == readerIndex() && length == readableBytes()
        ? retain()
        : super.retainedSlice(index, length);
  }

  @Override
  public ByteBuf readRetainedSlice(int length) {
    assert segmentBytes == 0 : "a train is cut once";
    segmentBytes = length;
    readerIndex(writerIndex());
    return retain();
  }
}
