package dev.penstock.av;

import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.IntPointer;

/**
 * What a display matrix asks for: mirror left to right if {@code mirrored}, then turn clockwise.
 *
 * @param rotation 0, 90, 180 or 270 degrees
 */
record Orientation(int rotation, boolean mirrored) {
  private static final Orientation UPRIGHT = new Orientation(0, false);
  private static final int ENTRIES = 9;

  static Orientation of(AVCodecParameters codec) {
    AVPacketSideData data =
        avcodec.av_packet_side_data_get(
            codec.coded_side_data(), codec.nb_coded_side_data(), avcodec.AV_PKT_DATA_DISPLAYMATRIX);
    if (data == null || data.size() < ENTRIES * 4L) {
      return UPRIGHT;
    }
    int[] matrix = new int[ENTRIES];
    new IntPointer(data.data()).get(matrix);
    return of(matrix);
  }

  /** Reads a matrix as libavutil/display.h lays it out. */
  static Orientation of(int[] matrix) {
    long determinant = (long) matrix[0] * matrix[4] - (long) matrix[1] * matrix[3];
    boolean mirrored = determinant < 0;
    int[] upright = matrix.clone();
    if (mirrored) {
      avutil.av_display_matrix_flip(upright, 1, 0);
    }
    double counterClockwise = avutil.av_display_rotation_get(upright);
    if (Double.isNaN(counterClockwise)) {
      return UPRIGHT;
    }
    int clockwise = (int) Math.floorMod(Math.round(-counterClockwise / 90) * 90, 360L);
    // The flip above undid a mirror after the turn; before it, the turn goes the other way.
    return new Orientation(mirrored ? Math.floorMod(-clockwise, 360) : clockwise, mirrored);
  }
}
