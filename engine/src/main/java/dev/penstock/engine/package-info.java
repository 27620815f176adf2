/**
 * Actions: reads inputs and does what plans say.
 *
 * <p><b>Stages.</b> One thread each, named after what it does, connected by bounded {@link
 * dev.penstock.engine.Link}s:
 *
 * <pre>
 *   demux ─┬─► decode ─► filter ─► encode ─┐      one chain a video track
 *          ├─► sound (decode+filter+encode) ┼─► mux
 *          └─► copy, subtitles: in the demux thread
 * </pre>
 *
 * <p>A ladder decodes once: {@link dev.penstock.engine.Tee} hands frames to several filters, and
 * the filters of a small rung may begin with the pictures of a larger one.
 *
 * <p><b>Pieces.</b> What is cut into segments, or has several outputs, goes two ways round:
 *
 * <pre>
 *   Lanes: a pipeline for each {@link dev.penstock.engine.Piece} ─► Shelf: spool (WorkFolder)
 *   Assembly: spools, track by track ─► MuxStage (files) or Packager (HLS, DASH)
 *                                    ─► Poster, Thumbnails: key frames decoded again
 * </pre>
 *
 * A piece is the pictures of one segment, of all rungs, or everything that is not cut. Lanes work
 * on pieces side by side and in any order; a spool is complete when it has its name, and a run that
 * follows one that was ended takes the complete ones. {@link dev.penstock.engine.StitchedTrack}
 * gives the packets of all segments decoding times as if they had been coded in one. Nothing of it
 * depends on how many lanes there are, or on which was faster.
 *
 * <p><b>GPUs.</b> A plan with an {@linkplain dev.penstock.model.Plan.Acceleration acceleration} has
 * seats: {@link dev.penstock.engine.Seats} gives each piece the GPU with the most free engines, and
 * {@link dev.penstock.engine.GpuWork} takes it there. A driver whose GPU hangs never returns:
 * {@link dev.penstock.engine.Watch} ends a run whose stage has been inside one call for too long,
 * and {@link dev.penstock.engine.Deadline} leaves an opening or closing behind. {@link
 * dev.penstock.engine.GpuFault} says what a failure has to do with the GPU, {@link
 * dev.penstock.planner.Recovery} what is done about it. A piece that failed is worked on again from
 * its beginning, so that its spool has every picture once; where no GPU is left, {@link
 * dev.penstock.engine.Engine} goes on by the next of the {@linkplain
 * dev.penstock.model.Planning.Fallback fallbacks}, with the spools that are there if that
 * {@linkplain dev.penstock.model.Plan#encodesLike encodes} the same, and without them otherwise.
 * One file in one piece is no spool: {@link dev.penstock.engine.AsItComes} begins it again.
 *
 * <p><b>Bits over the joints.</b> Encoders count bits within a segment; the whole is counted here.
 * For an average, {@link dev.penstock.engine.Piece.Analysis} encodes each segment at constant
 * quality first, {@link dev.penstock.planner.Budgets} shares the bits out, and the segments are
 * encoded as second passes ({@link dev.penstock.engine.PiecePlans}). For a maximum, {@link
 * dev.penstock.engine.RateBuffer} follows the decoder's buffer through the assembled track, and a
 * segment before which it is emptier than the segment expected becomes a {@link
 * dev.penstock.engine.Piece.Again}, the first of each track first, until none is left. Encoders
 * that have no passes are given the average for each segment; where the whole exceeds it, segments
 * become a {@link dev.penstock.engine.Piece.Leaner}, as {@link dev.penstock.planner.Correction}
 * says.
 *
 * <p><b>Flow.</b> A link holds a few items; a full one makes its sender wait, so the slowest stage
 * sets the pace. The mux stage never waits for a particular track: until every track has announced
 * itself it keeps packets in memory, and after that {@link dev.penstock.engine.Interleaving} gives
 * them one order, by decoding time, that follows from the packets alone and not from which stage
 * was faster. So a badly interleaved file costs memory and cannot deadlock. Nothing flows
 * backwards.
 *
 * <p><b>Ownership.</b> Sending an item hands it over; the receiver closes it. A link that is
 * aborted closes what is in it. Each stage owns its native handles and closes them on its own
 * thread.
 *
 * <p><b>Stop.</b> At the end of the input, {@code end} travels down the links and each stage
 * drains. On the first failure, or when the job is cancelled, {@link dev.penstock.engine.Run}
 * aborts every link; stages leave with {@link dev.penstock.engine.Aborted}; the first failure is
 * the one reported.
 *
 * <p><b>Time.</b> {@link dev.penstock.engine.Timeline} puts packets on one time line that begins at
 * zero, and closes jumps where the format may have them. Frames keep their times through filters
 * and encoders; an encoder's time base is fine enough for them.
 *
 * <p><b>Telling.</b> {@link dev.penstock.engine.Courses} tell whoever asks how each stretch of each
 * rendition is coded, from what encoders say of their packets; of spools that were there it is read
 * again.
 *
 * <p><b>Comparing.</b> {@link dev.penstock.engine.Comparison} reads two inputs with the same demux
 * and decode stages, and one stage that {@linkplain dev.penstock.engine.Pairing pairs} their frames
 * and has each pair measured.
 *
 * <p><b>Verifying.</b> {@link dev.penstock.engine.Verifier} looks at each output before it gets its
 * name: facts ({@link dev.penstock.engine.Expectations} of plan and accounts, {@link
 * dev.penstock.engine.ReadBack} of the file) go into rules that are pure ({@link
 * dev.penstock.engine.Findings}). {@link dev.penstock.engine.ResultCache} stands around {@link
 * dev.penstock.engine.Engine} and keeps what passed.
 *
 * <p><b>Output.</b> {@link dev.penstock.engine.OutputFile} is written beside its final name and
 * renamed when it is complete. {@link dev.penstock.engine.OutputFolder} does the same for a folder.
 */
@NullMarked
package dev.penstock.engine;

import org.jspecify.annotations.NullMarked;
