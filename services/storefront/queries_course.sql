-- name: Sections :many
select id, product_id, slug, title, place, version from storefront.section where product_id = @product order by place, id;

-- name: Section :one
select s.id, s.product_id, s.slug, s.title, s.place, s.version
from storefront.section s join storefront.product p on p.id = s.product_id where s.id = @id and p.creator_id = @creator;

-- name: SectionSlugs :many
select slug from storefront.section where product_id = @product;

-- name: InsertSection :exec
insert into storefront.section (id, product_id, slug, title, place)
values (@id, @product, @slug, @title, (select coalesce(max(place), 0) + 1 from storefront.section where product_id = @product));

-- name: SaveSection :exec
update storefront.section set slug = @slug, title = @title, version = @version where id = @id;

-- name: DeleteSection :exec
delete from storefront.section s where s.id = @id and not exists (select from storefront.lesson l where l.section_id = s.id);

-- name: OutlineCounts :one
select (select count(*) from storefront.section where product_id = @product) as sections,
	(select count(*) from storefront.lesson where product_id = @product) as lessons;

-- name: PlaceSections :exec
update storefront.section s set place = t.place
from unnest(@ids::text[]) with ordinality as t (id, place) where s.id = t.id and s.product_id = @product;

-- name: PlaceLessons :exec
update storefront.lesson l set place = t.place, section_id = t.section
from unnest(@ids::text[], @sections::text[]) with ordinality as t (id, section, place)
where l.id = t.id and l.product_id = @product;

-- name: Lessons :many
select l.id, l.product_id, l.section_id, s.slug as section_slug, l.slug, l.title, l.free, l.body, l.place, l.version, l.updated_at
from storefront.lesson l join storefront.section s on s.id = l.section_id
where l.product_id = @product order by s.place, s.id, l.place, l.id;

-- name: Lesson :one
select l.id, l.product_id, l.section_id, s.slug as section_slug, l.slug, l.title, l.free, l.body, l.place, l.version, l.updated_at
from storefront.lesson l join storefront.section s on s.id = l.section_id join storefront.product p on p.id = l.product_id
where l.id = @id and p.creator_id = @creator;

-- name: LessonBriefs :many
select l.id, l.section_id, l.slug, l.title, l.free, coalesce(array_length(regexp_split_to_array(trim(l.body), '\s+'), 1), 0) as words,
	(select count(*) from storefront.lesson_file f where f.lesson_id = l.id) as files
from storefront.lesson l where l.product_id = @product order by l.place, l.id;

-- name: LessonPaths :many
select l.id, s.slug || '/' || l.slug as path
from storefront.lesson l join storefront.section s on s.id = l.section_id
where l.product_id = @product order by s.place, s.id, l.place, l.id;

-- name: LessonSlugs :many
select slug from storefront.lesson where section_id = @section;

-- name: InsertLesson :exec
insert into storefront.lesson (id, product_id, section_id, slug, title, free, body, place, updated_at)
values (@id, @product, @section, @slug, @title, @free, @body,
	(select coalesce(max(place), 0) + 1 from storefront.lesson where section_id = @section), @now);

-- name: SaveLesson :exec
update storefront.lesson set slug = @slug, title = @title, free = @free, body = @body, version = version + 1, updated_at = @now where id = @id;

-- name: DeleteLesson :exec
delete from storefront.lesson where id = @id;

-- name: Files :many
select id, product_id, path, digest, size, added_at from storefront.file where product_id = @product order by path;

-- name: FileOf :one
select id, product_id, path, digest, size, added_at from storefront.file where product_id = @product and id = @id;

-- name: LessonFiles :many
select f.id, f.product_id, f.path, f.digest, f.size, f.added_at
from storefront.lesson_file lf join storefront.file f on f.id = lf.file_id where lf.lesson_id = @lesson order by lf.place;

-- name: Attachments :many
select lf.lesson_id, f.path from storefront.lesson_file lf join storefront.file f on f.id = lf.file_id
where f.product_id = @product order by lf.lesson_id, lf.place;

-- name: DetachFiles :exec
delete from storefront.lesson_file where lesson_id = @lesson;

-- name: AttachFiles :exec
insert into storefront.lesson_file (lesson_id, file_id, place)
select @lesson, f.id, t.place from unnest(@ids::text[]) with ordinality as t (id, place)
join storefront.file f on f.id = t.id and f.product_id = @product
on conflict do nothing;

-- name: AttachFile :exec
insert into storefront.lesson_file (lesson_id, file_id, place)
values (@lesson, @file, (select coalesce(max(place), 0) + 1 from storefront.lesson_file where lesson_id = @lesson)) on conflict do nothing;

-- name: PutFile :one
insert into storefront.file (id, product_id, path, digest, size, added_at) values (@id, @product, @path, @digest, @size, @now)
on conflict (product_id, path) do update set digest = excluded.digest, size = excluded.size, added_at = excluded.added_at
returning id, product_id, path, digest, size, added_at;

-- name: OwnFile :one
select f.id, f.product_id, f.path, f.digest, f.size, f.added_at
from storefront.file f join storefront.product p on p.id = f.product_id where f.id = @id and p.creator_id = @creator;

-- name: DeleteFile :exec
delete from storefront.file where id = @id;

-- name: PutSection :exec
insert into storefront.section (id, product_id, slug, title, place) values (@id, @product, @slug, @title, @place)
on conflict (id) do update set title = excluded.title, place = excluded.place, version = storefront.section.version + 1;

-- name: PutLesson :exec
insert into storefront.lesson (id, product_id, section_id, slug, title, free, body, place, updated_at)
values (@id, @product, @section, @slug, @title, @free, @body, @place, @now)
on conflict (id) do update set title = excluded.title, free = excluded.free, body = excluded.body, place = excluded.place,
	version = storefront.lesson.version + 1, updated_at = excluded.updated_at;

-- name: KeepLessons :exec
delete from storefront.lesson where product_id = @product and not (id = any(@keep::text[]));

-- name: KeepSections :exec
delete from storefront.section where product_id = @product and not (id = any(@keep::text[]));

-- name: InsertUpload :exec
insert into storefront.upload (id, creator_id, product_id, lesson_id, name, import, length, state, expires_at)
values (@id, @creator, @product, @lesson, @name, @import, @length, 'open', @expires);

-- name: Upload :one
select id, creator_id, product_id, lesson_id, name, import, length, received, parts, state, digest, file_id, expires_at
from storefront.upload where id = @id and creator_id = @creator;

-- name: CountPart :one
update storefront.upload set received = received + @n, parts = parts || @part::text, expires_at = @expires
where id = @id and state = 'open' and received = @offset
returning id, creator_id, product_id, lesson_id, name, import, length, received, parts, state, digest, file_id, expires_at;

-- name: FinishUpload :exec
update storefront.upload set state = 'done', digest = @digest, file_id = @file where id = @id and state = 'open';

-- name: DeleteUpload :exec
delete from storefront.upload where id = @id;

-- name: ExpiredUploads :many
select id from storefront.upload where expires_at < @wall limit 50;
