package org.p2pvpn.tun.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KernelSegmentationIT {
  @Test
  void ourSegmentsAreTheKernelsByteForByte() {
    try (Namespace namespace = new Namespace()) {
      assertThat(namespace.java(KernelComparison.class)).contains("compared 400 super-packets");
    }
  }

  @Test
  void whatTheKernelGivesIsUnderstood() {
    try (Namespace namespace = new Namespace()) {
      assertThat(namespace.java(KernelReading.class)).containsPattern("read 2[0-9]+ super-packets");
    }
  }

  @Test
  void aSocketReceivesWhatWeJoined() {
    try (Namespace namespace = new Namespace()) {
      assertThat(namespace.java(SocketReceiver.class)).contains("received");
    }
  }

  @Test
  void theDeviceDoesWhatItSays() {
    try (Namespace namespace = new Namespace()) {
      assertThat(namespace.java(DeviceChecks.class)).contains("device ok");
    }
  }
}
