/**
 * Encoded tracks as HLS and DASH that share one set of segments.
 *
 * <p><b>Shape.</b> Each track is a rendition of its own: fragmented MP4 by the rules of CMAF
 * (ISO/IEC 23000-19), one track, never video and sound together. Playlists and the MPD only name
 * bytes, so both formats cost the space of one.
 *
 * <pre>
 *   packets ─► RenditionWriter ─► CmafWriter (libavformat) ─► moof+mdat ─► SegmentCipher ─► files
 *                    │                                                          │
 *                    └────────────── Rendition: facts of what was written ◄─────┘
 *                                          │
 *   Presentation(renditions, subtitles) ───┼─► HlsPlaylists   pure: text from records
 *                                          └─► DashManifest
 * </pre>
 *
 * <p><b>Facts are measured.</b> {@link dev.penstock.engine.packaging.Rendition} comes from reading
 * back the boxes that were written: codec strings from the sample entry, times and sizes from the
 * {@code moof}, bit rates from bytes. What a manifest says is therefore true of the files whatever
 * the encoder was asked for.
 *
 * <p><b>Time.</b> Zero is the start of the presentation, in all tracks. {@link
 * dev.penstock.engine.packaging.SegmentGrid} says where segments begin; the encoders of all video
 * renditions must put key frames there. Segments are described in ticks of the track's own
 * timescale; what is rounded for print is rounded from the start, so nothing adds up. What comes
 * before zero, the priming of an audio encoder, is in the file and not presented.
 *
 * <p><b>Edit lists.</b> Decoding begins before presentation where there are B-frames. An edit list
 * says by how much, as in the packages of FFmpeg and Shaka Packager. Negative composition offsets
 * would do without one and suit hls.js better, which does not read edit lists: it takes segments to
 * end late by that much, and fetches one of them twice when it changes the rendition. But FFmpeg,
 * and the players made of it, present such tracks late against their sound.
 *
 * <p><b>Layouts.</b> {@link dev.penstock.engine.packaging.Layout#ONE_FILE}: byte ranges, with a
 * {@code sidx} in front for DASH's on-demand profile. The grid tells how many segments there can
 * be, so room is kept for it and nothing moves afterwards. {@link
 * dev.penstock.engine.packaging.Layout#FILE_PER_SEGMENT}: what caches and simple servers like.
 *
 * <p><b>Encryption.</b> Whole segments (HLS's AES-128, which DASH cannot carry and in which no key
 * frame can be fetched alone), or samples by {@code cbcs}, which both can. Key identifier and
 * constant vector follow from the key, so the same job gives the same bytes.
 *
 * <p><b>Files.</b> Are written where the caller says, a folder nobody reads yet; making them appear
 * at once is the caller's. Manifests come last. A file that exists is not overwritten.
 *
 * <p><b>Errors.</b> {@link dev.penstock.model.FailureException}: a key frame that is missing on the
 * grid is a bug, a disk that is full is not. {@link dev.penstock.av.AvException} from libav is left
 * as it is.
 *
 * <p><b>Threads.</b> A writer belongs to one thread at a time; different writers do not know of
 * each other. Everything else is immutable.
 */
@NullMarked
package dev.penstock.engine.packaging;

import org.jspecify.annotations.NullMarked;
