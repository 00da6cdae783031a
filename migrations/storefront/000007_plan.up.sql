-- The order keeps its plan's id and digest; billing keeps the plan, and nobody read this copy.
alter table storefront.orders drop column plan;
